//! The schemas of values, as JSON Schema 2020-12 has them.

use serde_json::{Value, json};

/// Any text.
pub(super) fn text() -> Value {
    json!({ "type": "string" })
}

/// Text, or nothing.
pub(super) fn optional_text() -> Value {
    json!({ "type": ["string", "null"] })
}

/// Text that is a name and never empty.
pub(super) fn name() -> Value {
    json!({ "type": "string", "pattern": "^[A-Za-z0-9._-]{1,256}$" })
}

/// One of our ids.
pub(super) fn id(letter: char) -> Value {
    json!({ "type": "string", "pattern": format!("^{letter}-[0-9a-hjkmnp-tv-z]{{16}}$") })
}

/// A moment as RFC 3339 writes it.
pub(super) fn moment() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

/// A moment, or nothing.
pub(super) fn optional_moment() -> Value {
    json!({ "type": ["string", "null"], "format": "date-time" })
}

/// One of these words.
pub(super) fn one_of(words: impl IntoIterator<Item = &'static str>) -> Value {
    let words: Vec<&str> = words.into_iter().collect();
    json!({ "type": "string", "enum": words })
}

/// A whole number that is not negative.
pub(super) fn count() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

/// Yes or no.
pub(super) fn flag() -> Value {
    json!({ "type": "boolean" })
}

/// A list of such values.
pub(super) fn list(of: &Value) -> Value {
    json!({ "type": "array", "items": of })
}

/// An object of which nothing is promised.
pub(super) fn object() -> Value {
    json!({ "type": "object" })
}

/// An object with these fields, of which these are always there.
pub(super) fn fields<const N: usize>(fields: [(&str, Value); N], required: &[&str]) -> Value {
    let mut schema = json!({ "type": "object" });
    schema["properties"] = fields.into_iter().map(|(name, of)| (name.to_owned(), of)).collect();
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

/// What may be sent: these fields and no others.
pub(super) fn sent<const N: usize>(of: [(&str, Value); N], required: &[&str]) -> Value {
    let mut schema = fields(of, required);
    schema["additionalProperties"] = json!(false);
    schema
}

/// The same with a word on what it is.
pub(super) fn saying(mut schema: Value, says: &str) -> Value {
    schema["description"] = json!(says);
    schema
}

/// A schema of the components.
pub(super) fn named(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}
