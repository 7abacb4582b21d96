//! What a client says that it sent.

use std::collections::BTreeMap;

use anyhow::{Context, ensure};
use serde_json::Value;

/// The messages by the ids that the client gave them.
#[derive(Debug)]
pub(super) struct Sent {
    /// The name and version that the client puts into its messages.
    pub(super) library: String,
    /// The call of each id.
    pub(super) calls: BTreeMap<String, String>,
}

/// Reads the last line that a script printed.
pub(super) fn read(output: &str) -> anyhow::Result<Sent> {
    let line = output.lines().next_back().context("the client's script printed nothing")?;
    let told: Value = serde_json::from_str(line).context("the client's script printed no JSON")?;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let library = &told["library"];
    let (name, version) = text(&library["name"]).zip(text(&library["version"])).unwrap_or_default();
    let mut calls = BTreeMap::new();
    for one in told["sent"].as_array().context("the client's script does not say what it sent")? {
        let id = text(&one["messageId"]).context("the client gave a message no id")?;
        let call = text(&one["type"]).context("a message without a type")?;
        ensure!(calls.insert(id, call).is_none(), "the client gave two messages one id");
    }
    ensure!(!calls.is_empty(), "the client sent nothing");
    Ok(Sent { library: format!("{name} {version}"), calls })
}
