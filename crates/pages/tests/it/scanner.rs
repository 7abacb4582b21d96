//! The tags and attributes of a page, read as a browser would: enough to see what became markup.

/// A tag with its attributes.
#[derive(Debug)]
pub(crate) struct Tag {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
}

/// Every opening tag of a page, in order.
pub(crate) fn tags(html: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if !rest.starts_with(|first: char| first.is_ascii_alphabetic()) {
            continue;
        }
        let (name, after) = word(rest);
        let (attributes, after) = attributes(after);
        found.push(Tag { name: name.to_ascii_lowercase(), attributes });
        rest = after;
    }
    found
}

fn word(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| c.is_whitespace() || matches!(c, '>' | '/' | '='))
        .unwrap_or(text.len());
    text.split_at(end)
}

fn attributes(mut text: &str) -> (Vec<(String, String)>, &str) {
    let mut found = Vec::new();
    loop {
        text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if text.is_empty() {
            return (found, text);
        }
        if let Some(after) = text.strip_prefix('>') {
            return (found, after);
        }
        let (name, after) = word(text);
        if name.is_empty() {
            text = &text[1..];
            continue;
        }
        text = after;
        let mut value = String::new();
        if let Some(after) = text.strip_prefix('=') {
            let quote = after.chars().next().filter(|first| matches!(first, '"' | '\''));
            let (inner, after) = match quote {
                Some(quote) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
                None => word(after),
            };
            inner.clone_into(&mut value);
            text = after;
        }
        found.push((name.to_ascii_lowercase(), value));
    }
}
