//! The description holds together.

use serde_json::Value;

use super::described;

/// Every value below this one, with itself.
fn all(value: &Value) -> Vec<&Value> {
    let below: Vec<&Value> = match value {
        Value::Array(items) => items.iter().flat_map(all).collect(),
        Value::Object(fields) => fields.values().flat_map(all).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    std::iter::once(value).chain(below).collect()
}

#[test]
fn what_the_description_refers_to_is_there() {
    let document = described();
    let references: Vec<&str> =
        all(&document).into_iter().filter_map(|value| value["$ref"].as_str()).collect();
    assert!(references.len() > 500, "{}", references.len());
    for reference in references {
        let pointer = reference.strip_prefix('#').expect("within the document");
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

#[test]
fn the_parts_of_each_path_are_described() {
    let document = described();
    let paths = document["paths"].as_object().expect("paths");
    for (path, methods) in paths {
        let mut parts: Vec<&str> =
            path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
        parts.sort_unstable();
        for (method, operation) in methods.as_object().expect("methods") {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let mut told: Vec<&str> = parameters
                .filter(|parameter| parameter["in"] == "path")
                .map(|parameter| parameter["name"].as_str().expect("a name"))
                .collect();
            told.sort_unstable();
            assert_eq!(told, parts, "{method} {path}");
        }
    }
}
