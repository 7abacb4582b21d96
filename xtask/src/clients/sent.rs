//! What a client says that it sent.

use anyhow::{Context, ensure};
use serde_json::Value;

/// The messages by the ids that the client gave them.
#[derive(Debug)]
pub(super) struct Sent {
    /// The name and version that the client puts into its messages.
    pub(super) library: String,
    /// The id and the call of each message, in the order in which they were sent.
    pub(super) calls: Vec<(String, String)>,
}

impl Sent {
    /// Whether the client gave a message this id.
    pub(super) fn has(&self, id: &str) -> bool {
        self.calls.iter().any(|(sent, _)| sent == id)
    }
}

/// Reads the last line that a script printed.
pub(super) fn read(output: &str) -> anyhow::Result<Sent> {
    let line = output.lines().next_back().context("the client's script printed nothing")?;
    let told: Value = serde_json::from_str(line).context("the client's script printed no JSON")?;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let library = &told["library"];
    let (name, version) = text(&library["name"]).zip(text(&library["version"])).unwrap_or_default();
    let mut sent = Sent { library: format!("{name} {version}"), calls: Vec::new() };
    for one in told["sent"].as_array().context("the client's script does not say what it sent")? {
        let id = text(&one["messageId"]).context("the client gave a message no id")?;
        let call = text(&one["type"]).context("a message without a type")?;
        ensure!(!sent.has(&id), "the client gave two messages one id");
        sent.calls.push((id, call));
    }
    ensure!(!sent.calls.is_empty(), "the client sent nothing");
    Ok(sent)
}
