//! Whether a brief rests on what a client sent, and on nothing else.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use anyhow::{Context, ensure};
use serde_json::Value;

use super::sent::Sent;

/// What was found in a brief.
#[derive(Debug)]
pub(super) struct Seen {
    /// How many claims it has.
    pub(super) claims: usize,
    /// The claims that cite each of the client's ids.
    pub(super) cited: BTreeMap<String, Vec<String>>,
    /// What it says of the owner.
    pub(super) owner: String,
}

/// Judges a brief: each of the client's messages is cited under the id that the client gave it,
/// nothing else is cited, and the owner is named.
pub(super) fn judge(brief: &Value, handoff: &str, sent: &Sent) -> anyhow::Result<Seen> {
    ensure!(brief["handoff"] == handoff, "the brief is another handoff's: {}", brief["handoff"]);
    let claims = brief["claims"].as_array().context("the brief has no claims")?;
    let mut cited: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for claim in claims {
        let says = claim["text"].as_str().context("a claim without a text")?;
        let evidence = claim["evidence"].as_array().map_or(&[][..], Vec::as_slice);
        ensure!(!evidence.is_empty(), "the claim {says:?} rests on nothing");
        for one in evidence {
            let id = one["source_id"].as_str().context("evidence without the source's id")?;
            ensure!(sent.has(id), "the claim {says:?} cites `{id}`, which the client did not send");
            let says = says.to_owned();
            cited.entry(id.to_owned()).or_default().push(says);
        }
    }
    for (id, call) in &sent.calls {
        ensure!(cited.contains_key(id), "no claim cites the client's {call} `{id}`");
    }
    let owner = claims.iter().find(|claim| claim["section"] == "owner");
    let owner =
        owner.and_then(|claim| claim["text"].as_str()).context("no claim says who owns it")?;
    Ok(Seen { claims: claims.len(), cited, owner: owner.to_owned() })
}
