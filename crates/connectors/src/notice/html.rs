//! Notices as HTML: every text is escaped, and there is no picture, no script, and no link but to pages of
//! this server.

use std::fmt::Write as _;

use super::content::{Notice, Tone};

// Mail programs read no style sheet: what an element looks like stands in it.
const TITLE: &str = "font-size:1.2em;margin:0 0 .4em";
const FACT: &str = "margin:.2em 0";
const HEADING: &str = "font-size:1em;margin:1em 0 .2em";
const LIST: &str = "margin:.2em 0;padding-left:1.4em";
const UNKNOWN: &str = "color:#666";
const LINKS: &str = "margin:1em 0";
const LINK: &str = "margin-right:1.2em";

/// One message that tells of all of them.
pub fn html(notices: &[Notice]) -> String {
    let mut out = String::from(
        "<!doctype html><html><head><meta charset=\"utf-8\"></head>\
         <body style=\"font-family:sans-serif;max-width:40em\">",
    );
    for (at, notice) in notices.iter().enumerate() {
        if at > 0 {
            out.push_str("<hr>");
        }
        one(notice, &mut out);
    }
    out.push_str("</body></html>\n");
    out
}

fn one(notice: &Notice, out: &mut String) {
    element("h2", TITLE, &notice.title, out);
    for fact in &notice.facts {
        element("p", FACT, fact, out);
    }
    let links = notice.links();
    if !links.is_empty() {
        let _ = writeln!(out, "<p style=\"{LINKS}\">");
        for (says, address) in links {
            link(says, address, out);
        }
        out.push_str("</p>\n");
    }
    if !notice.headline.is_empty() {
        out.push_str("<p>\n");
        for (at, line) in notice.headline.iter().enumerate() {
            match (line.tone, at) {
                (Tone::Unknown, _) => element("span", UNKNOWN, &line.text, out),
                (Tone::Known | Tone::Step(_), 0) => element("strong", "", &line.text, out),
                (Tone::Known | Tone::Step(_), _) => element("span", "", &line.text, out),
            }
        }
        out.push_str("</p>\n");
    }
    for section in &notice.sections {
        element("h3", HEADING, &section.title, out);
        let list = if section.is_steps() { "ol" } else { "ul" };
        let _ = writeln!(out, "<{list} style=\"{LIST}\">");
        for line in &section.lines {
            let style = if line.tone == Tone::Unknown { UNKNOWN } else { "" };
            element("li", style, &line.text, out);
        }
        let _ = writeln!(out, "</{list}>");
    }
    if let Some(more) = notice.more() {
        element("p", UNKNOWN, &more, out);
    }
}

/// An element on a line of its own: mail servers refuse very long lines.
fn element(name: &str, style: &str, text: &str, out: &mut String) {
    out.push('<');
    out.push_str(name);
    if !style.is_empty() {
        out.push_str(" style=\"");
        out.push_str(style);
        out.push('"');
    }
    out.push('>');
    escape(text, out);
    out.push_str("</");
    out.push_str(name);
    out.push_str(">\n");
}

fn link(says: &str, address: &str, out: &mut String) {
    let _ = write!(out, "<a style=\"{LINK}\" href=\"");
    escape(address, out);
    out.push_str("\">");
    escape(says, out);
    out.push_str("</a>\n");
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
}
