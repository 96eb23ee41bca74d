//! Reading institutions.

use serde_json::{Value, json};

use crate::call::Call;
use crate::problem::Problem;
use crate::state::State;
use crate::state::institutions::{INSTITUTIONS, Institution, find};

pub(crate) fn get_institution(_: &mut State, call: &Call) -> Result<Value, Problem> {
    let institution = find(call.path("institutionId"));
    institution.map(to_json).ok_or_else(|| Problem::not_found("institution"))
}

pub(crate) fn search_institutions(_: &mut State, call: &Call) -> Result<Value, Problem> {
    let name = call.query("name").unwrap_or_default().to_lowercase();
    let found: Vec<&Institution> = INSTITUTIONS
        .iter()
        .filter(|institution| institution.name.to_lowercase().contains(&name))
        .filter(|institution| call.lists("serviceProviders", institution.provider))
        .filter(|institution| call.lists("regions", institution.region))
        .collect();
    let key = |institution: &&Institution| institution.id.to_owned();
    Ok(call.page(&found, key, "institutions", |institution| to_json(institution)))
}

fn to_json(institution: &Institution) -> Value {
    let products = ["BALANCES", "IDENTIFIERS", "OWNERS", "TRANSACTIONS"];
    let provider = json!({
        "id": institution.id,
        "oauth": institution.name.ends_with("(OAuth)"),
        "products": products,
        "regions": [institution.region],
    });
    json!({
        "id": institution.id,
        "key": institution.id,
        "name": institution.name,
        "isTest": true,
        "providers": { institution.provider: provider },
    })
}
