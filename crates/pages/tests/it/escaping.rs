//! Text from outside stays text, in every field of every view.

use maud::PreEscaped;

use crate::samples;
use crate::scanner::tags;

/// What breaks out of an element, an attribute, a script, a style, a comment or an address.
const HOSTILE: [&str; 12] = [
    "<x-evil onx=1>",
    "\" onx=\"1",
    "' onx='1",
    "--><x-evil>",
    "</title><x-evil>",
    "</textarea><x-evil>",
    "</script><x-evil>",
    "javascript:alert(1)",
    "//evil.example/x",
    "/\\evil.example",
    "data:text/html,<x-evil>",
    "\u{202e}<x-evil\u{0}onx=1 >",
];

/// Attributes that take an address.
const ADDRESSES: [&str; 4] = ["href", "src", "action", "formaction"];

/// What of a page would run or lead away.
fn dangers(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for tag in tags(html) {
        if tag.name.starts_with("x-evil") {
            found.push(format!("an element `{}`", tag.name));
        }
        for (name, value) in &tag.attributes {
            if name.starts_with("on") || name == "style" {
                found.push(format!("an attribute `{name}` of `{}`", tag.name));
            }
            let ours = value.starts_with(['/', '#', '?'])
                && !value.starts_with("//")
                && !value.starts_with("/\\");
            // Nothing but an address or a number: no subject, no text, no second one.
            let plain = |rest: &str| {
                rest.chars()
                    .all(|letter| letter.is_ascii_alphanumeric() || "@.+-_".contains(letter))
            };
            let reach = ["mailto:", "tel:"].iter().filter_map(|kind| value.strip_prefix(kind));
            let out = tag.name == "a" && name == "href" && reach.take(1).any(plain);
            if ADDRESSES.contains(&name.as_str()) && !ours && !out {
                found.push(format!("an address `{value}` of `{}`", tag.name));
            }
        }
    }
    found
}

#[test]
fn text_from_outside_stays_text() {
    for payload in HOSTILE {
        for sample in samples::all(&|_| payload.to_owned()) {
            let found = dangers(&sample.html);
            assert!(found.is_empty(), "`{payload}` on {}: {found:?}", sample.name);
        }
        // With what a field usually says before and after it.
        for sample in samples::all(&|usual| format!("{usual}{payload}{usual}")) {
            let found = dangers(&sample.html);
            assert!(found.is_empty(), "`{payload}` within {}: {found:?}", sample.name);
        }
    }
}

#[test]
fn usual_pages_have_no_script_or_style_of_their_own() {
    for sample in samples::all(&str::to_owned) {
        assert!(dangers(&sample.html).is_empty(), "{}", sample.name);
        let scripts = tags(&sample.html).into_iter().filter(|tag| tag.name == "script");
        for script in scripts {
            assert!(script.attributes.iter().any(|(name, _)| name == "src"), "{}", sample.name);
        }
        assert!(!sample.html.contains("<style"), "{}", sample.name);
    }
}

#[test]
fn a_planted_field_without_escaping_is_caught() {
    for payload in ["<x-evil onx=1>", "</title><x-evil>", "--><x-evil>"] {
        let planted = maud::html! { p { (PreEscaped(payload)) } };
        assert!(!dangers(&planted.into_string()).is_empty(), "`{payload}`");
    }
    let planted = format!("<p title=\"{}\">", "\" onx=\"1");
    assert!(!dangers(&planted).is_empty());
    assert!(!dangers("<a href=\"javascript:alert(1)\">").is_empty());
}
