//! One method of one path: what it takes, what it answers and what it may refuse.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::schema::{moment, text};

/// What may come of any request.
const ALWAYS: [u16; 5] = [400, 405, 414, 431, 505];
/// What more may come of a request that is served beside others.
const SERVED: [u16; 2] = [429, 503];
/// What more may come of a request with a credential.
const CREDENTIAL: [u16; 2] = [401, 403];
/// What more may come of a request that brings a body to be kept.
const BODY: [u16; 5] = [408, 413, 415, 500, 507];
/// What more may come of a deed.
const DEED: [u16; 2] = [409, 422];

/// Whether something has to be sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Needed {
    /// It has to be.
    Always,
    /// It may be left out.
    AtWill,
}

/// One method of one path.
pub(in crate::faces::api) struct Operation {
    summary: String,
    /// More than fits a line.
    says: Option<&'static str>,
    /// Who may ask; none where it is as for the whole API.
    security: Option<Value>,
    parameters: Vec<Value>,
    body: Option<Value>,
    answers: Map<String, Value>,
    refusals: BTreeSet<u16>,
}

impl Operation {
    /// Anybody may ask, even before recovery is done.
    pub(super) fn open(summary: &str) -> Self {
        Self {
            summary: summary.to_owned(),
            says: None,
            security: Some(json!([])),
            parameters: Vec::new(),
            body: None,
            answers: Map::new(),
            refusals: ALWAYS.into(),
        }
    }

    /// Something is read with a key.
    pub(super) fn read(summary: &str) -> Self {
        let refused = Self::open(summary).refuses(SERVED).refuses(CREDENTIAL);
        Self { security: None, ..refused }
    }

    /// Something is taken in with a key.
    pub(super) fn intake(summary: &str) -> Self {
        Self::read(summary).refuses(BODY)
    }

    /// Something is done with a key.
    pub(super) fn deed(summary: &str) -> Self {
        Self::intake(summary).refuses(DEED)
    }

    /// More about it than the summary has.
    pub(super) fn says(mut self, says: &'static str) -> Self {
        self.says = Some(says);
        self
    }

    /// Who may ask, where it is not as for the whole API.
    pub(super) fn security(mut self, security: Value) -> Self {
        self.security = Some(security);
        self
    }

    /// It may be refused with these.
    pub(super) fn refuses(mut self, statuses: impl IntoIterator<Item = u16>) -> Self {
        self.refusals.extend(statuses);
        self
    }

    /// It is never refused with this.
    pub(super) fn never(mut self, status: u16) -> Self {
        self.refusals.remove(&status);
        self
    }

    /// A part of the path, and the thing may not be there.
    pub(super) fn of(self, name: &str, says: &str, schema: &Value) -> Self {
        self.parameter("path", name, Needed::Always, says, schema).refuses([404])
    }

    /// A part of the query.
    pub(super) fn query(self, name: &str, says: &str, schema: &Value) -> Self {
        self.parameter("query", name, Needed::AtWill, says, schema)
    }

    /// A moment of the past instead of now.
    pub(super) fn of_the_past(self) -> Self {
        self.query("as_of", "A moment: what was known then.", &moment())
    }

    /// How many at once.
    pub(super) fn limit(self, says: &str) -> Self {
        let schema = json!({ "type": "integer", "minimum": 1, "maximum": 200 });
        self.query("limit", says, &schema)
    }

    /// A page of a list.
    pub(super) fn page(self) -> Self {
        let cursor = json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]{1,256}$" });
        self.query("cursor", "The `next` of the page before.", &cursor)
            .limit("How many, at most 200.")
    }

    /// Any parameter.
    pub(super) fn parameter(
        mut self,
        place: &str,
        name: &str,
        needed: Needed,
        says: &str,
        schema: &Value,
    ) -> Self {
        self.parameters.push(json!({
            "name": name,
            "in": place,
            "required": needed == Needed::Always,
            "description": says,
            "schema": schema,
        }));
        self
    }

    /// The same request under the same key has one effect.
    pub(super) fn idempotent(self) -> Self {
        let says = "A text in quotes. The same request under the same key gets the stored answer and \
                    has one effect.";
        let schema = json!({ "type": "string", "pattern": "^\"[!#-~]{1,256}\"$" });
        self.parameter("header", "Idempotency-Key", Needed::AtWill, says, &schema)
    }

    /// It is done to the version that was seen, or not at all.
    pub(super) fn if_match(self) -> Self {
        let says = "The handoff's ETag. Another version is answered with 412 and what changed.";
        let schema = json!({ "type": "string", "pattern": "^\"[0-9]{1,19}\"$" });
        self.parameter("header", "If-Match", Needed::AtWill, says, &schema).refuses([412])
    }

    /// A body of one of these media types.
    pub(super) fn body<const N: usize>(
        mut self,
        needed: Needed,
        types: [(&str, Value); N],
    ) -> Self {
        let content: Map<String, Value> = types
            .into_iter()
            .map(|(media, schema)| (media.to_owned(), json!({ "schema": schema })))
            .collect();
        self.body = Some(json!({ "required": needed == Needed::Always, "content": content }));
        self
    }

    /// A body of JSON.
    pub(super) fn takes(self, needed: Needed, schema: Value) -> Self {
        self.body(needed, [("application/json", schema)])
    }

    /// An answer of JSON.
    pub(super) fn answers(self, status: u16, says: &str, schema: &Value) -> Self {
        self.answers_as(status, says, &["application/json"], schema)
    }

    /// An answer that is text of one of these media types.
    pub(super) fn answers_text(self, status: u16, says: &str, types: &[&str]) -> Self {
        self.answers_as(status, says, types, &text())
    }

    /// An answer without a body.
    pub(super) fn answers_nothing(mut self, status: u16, says: &str) -> Self {
        self.answers.insert(status.to_string(), json!({ "description": says }));
        self
    }

    fn answers_as(mut self, status: u16, says: &str, types: &[&str], schema: &Value) -> Self {
        let known = self.answers.entry(status.to_string());
        let answer = known.or_insert_with(|| json!({ "description": says, "content": {} }));
        for media in types {
            answer["content"][*media] = json!({ "schema": schema });
        }
        self
    }

    /// As the document has it.
    pub(super) fn json(&self) -> Value {
        let mut operation = json!({ "summary": self.summary });
        if let Some(says) = self.says {
            operation["description"] = json!(says);
        }
        if let Some(security) = &self.security {
            operation["security"] = security.clone();
        }
        if !self.parameters.is_empty() {
            operation["parameters"] = json!(self.parameters);
        }
        if let Some(body) = &self.body {
            operation["requestBody"] = body.clone();
        }
        let mut responses = self.answers.clone();
        for status in &self.refusals {
            let refused = json!({ "$ref": format!("#/components/responses/Problem{status}") });
            responses.insert(status.to_string(), refused);
        }
        operation["responses"] = Value::Object(responses);
        operation
    }
}
