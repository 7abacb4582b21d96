//! A tree as text again.

use std::fmt::Write as _;

use super::Json;

/// The value as JSON, without blanks, an object's members in the order of their keys.
pub fn write(json: &Json<'_>) -> String {
    let mut out = String::new();
    value(&mut out, json);
    out
}

fn value(out: &mut String, json: &Json<'_>) {
    match json {
        Json::Null => out.push_str("null"),
        Json::Boolean(boolean) => out.push_str(if *boolean { "true" } else { "false" }),
        Json::Integer(integer) => display(out, integer),
        Json::Decimal(decimal) => display(out, decimal),
        Json::Text(text) => quoted(out, text),
        Json::List(list) => {
            out.push('[');
            for (at, element) in list.iter().enumerate() {
                comma(out, at);
                value(out, element);
            }
            out.push(']');
        }
        Json::Object(object) => {
            out.push('{');
            for (at, (key, member)) in object.iter().enumerate() {
                comma(out, at);
                quoted(out, key);
                out.push(':');
                value(out, member);
            }
            out.push('}');
        }
    }
}

fn comma(out: &mut String, at: usize) {
    if at > 0 {
        out.push(',');
    }
}

fn display(out: &mut String, number: &impl std::fmt::Display) {
    write!(out, "{number}").expect("a text takes more text");
}

fn quoted(out: &mut String, text: &str) {
    let text = serde_json::to_string(text).expect("a text is JSON");
    out.push_str(&text);
}
