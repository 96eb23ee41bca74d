//! The parts of the state whose form in a file is not that of their types.

/// A string of the program's code, such as a status. A file has it as text.
pub(crate) type Name = &'static str;

/// Names, which are interned when a file is read.
pub(crate) mod name {
    use std::collections::BTreeSet;
    use std::sync::{Mutex, PoisonError};

    use serde::{Deserialize as _, Deserializer};

    use super::Name;

    /// All names of files so far. There are few: statuses, types and descriptions.
    static NAMES: Mutex<BTreeSet<Name>> = Mutex::new(BTreeSet::new());

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Name, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = names.get(text.as_str()) {
            return Ok(known);
        }
        let name: Name = Box::leak(text.into_boxed_str());
        names.insert(name);
        Ok(name)
    }
}

/// Maps whose keys are not strings, as lists of pairs.
pub(crate) mod pairs {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<K: Serialize, V: Serialize, S: Serializer>(
        map: &BTreeMap<K, V>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map)
    }

    pub fn deserialize<'de, K: Deserialize<'de> + Ord, V: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<K, V>, D::Error> {
        Ok(Vec::<(K, V)>::deserialize(deserializer)?.into_iter().collect())
    }
}

/// Banks by their ids.
pub(crate) mod institution {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::state::institutions::{self, Institution};

    pub fn serialize<S: Serializer>(institution: &&'static Institution, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(institution.id)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'static Institution, D::Error> {
        let id = String::deserialize(deserializer)?;
        institutions::find(&id).ok_or_else(|| D::Error::custom("unknown institution"))
    }
}

/// Optional banks by their ids.
pub(crate) mod optional_institution {
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    use crate::state::institutions::{self, Institution};

    pub fn serialize<S: Serializer>(
        institution: &Option<&'static Institution>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        institution.map(|institution| institution.id).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'static Institution>, D::Error> {
        Ok(Option::<String>::deserialize(deserializer)?.as_deref().and_then(institutions::find))
    }
}
