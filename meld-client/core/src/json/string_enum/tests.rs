use std::collections::HashSet;

use crate::parameter::ParameterValue;

crate::string_enum! {
    /// For the tests.
    pub enum Provider {
        Across = "ACROSS",
        AlchemyPay = "ALCHEMYPAY",
        Stock = "stock",
        UpperStock = "STOCK",
        Numeric = "3000",
    }
}

crate::string_enum! {
    /// Variants with the names of other items.
    #[allow(dead_code, reason = "that it compiles is the test")]
    pub enum Awkward {
        Err = "ERR",
        Ok = "OK",
        Some = "SOME",
        None = "NONE",
        Backticks = "`<b>````",
        Empty = "",
    }
}

#[test]
fn documented_values_round_trip() {
    for known in Provider::KNOWN {
        assert!(known.is_known());
        let json = serde_json::to_string(known).unwrap();
        assert_eq!(json, format!("\"{}\"", known.as_str()));
        assert_eq!(&serde_json::from_str::<Provider>(&json).unwrap(), known);
        assert_eq!(&known.as_str().parse::<Provider>().unwrap(), known);
        assert_eq!(known.to_parameter(), known.to_string());
    }
    assert_eq!(Provider::KNOWN.len(), 5);
}

#[test]
fn exact_match_wins_over_letter_case() {
    assert_eq!(Provider::from("stock"), Provider::Stock);
    assert_eq!(Provider::from("STOCK"), Provider::UpperStock);
    assert!(matches!(Provider::from("Stock"), Provider::Stock));
    let across = Provider::from("Across".to_owned());
    assert!(matches!(across, Provider::Across));
    assert_eq!(serde_json::to_string(&across).unwrap(), "\"ACROSS\"");
}

#[test]
fn unknown_strings_are_preserved() {
    for text in ["Brand New ä\"", "", " ACROSS"] {
        let json = serde_json::to_string(text).unwrap();
        let value: Provider = serde_json::from_str(&json).unwrap();
        assert!(matches!(&value, Provider::Unknown(unknown) if unknown.as_str() == text));
        assert!(!value.is_known());
        assert_eq!(value, *text);
        assert_eq!(serde_json::to_string(&value).unwrap(), json);
        assert_eq!(String::from(value), text);
    }
}

#[test]
fn other_scalars_count_as_strings() {
    assert_eq!(serde_json::from_str::<Provider>("3000").unwrap(), Provider::Numeric);
    assert_eq!(serde_json::from_str::<Provider>("true").unwrap(), "true");
    assert_eq!(serde_json::from_str::<Provider>("-5").unwrap(), "-5");
    assert_eq!(serde_json::from_str::<Provider>("1.5").unwrap(), "1.5");
    assert_eq!(serde_json::from_str::<Option<Provider>>("null").unwrap(), None);
    for wrong in ["null", "[]", "{}", "{\"a\":1}"] {
        let error = serde_json::from_str::<Provider>(wrong).unwrap_err().to_string();
        assert!(error.contains("expected a string"), "{error}");
    }
}

#[test]
fn debug_names_variant_equality_is_by_string() {
    assert_eq!(format!("{:?}", Provider::AlchemyPay), "AlchemyPay");
    assert_eq!(format!("{:?}", Provider::from("x\"y")), "Unknown(\"x\\\"y\")");
    assert_eq!(format!("[{:>8}]", Provider::Across), "[  ACROSS]");
    let set: HashSet<Provider> = ["ACROSS", "across", "new", "new"].map(Provider::from).into();
    assert_eq!(set.len(), 2);
    assert!(Provider::Across < Provider::AlchemyPay);
    let new = Provider::from("new");
    assert!(new == "new" && new != "NEW" && Provider::Across.as_ref() == "ACROSS");
}

#[test]
fn works_as_a_map_key() {
    let json = r#"{"ACROSS":1,"other":2}"#;
    let map: std::collections::BTreeMap<Provider, u8> = serde_json::from_str(json).unwrap();
    assert_eq!(map[&Provider::Across], 1);
    assert_eq!(serde_json::to_string(&map).unwrap(), json);
}
