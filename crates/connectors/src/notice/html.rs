//! Notices as HTML: every text is escaped, and there is no link, picture or script.

use super::content::Notice;

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
    element("h2", &notice.title, out);
    for fact in &notice.facts {
        element("p", fact, out);
    }
    for section in &notice.sections {
        element("h3", &section.title, out);
        out.push_str("<ul>");
        for line in &section.lines {
            element("li", line, out);
        }
        out.push_str("</ul>");
    }
    if let Some(handoff) = &notice.handoff {
        element("p", &format!("All about it: baton why {handoff}"), out);
    }
}

fn element(name: &str, text: &str, out: &mut String) {
    out.push('<');
    out.push_str(name);
    out.push('>');
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
    out.push_str("</");
    out.push_str(name);
    // A line of its own: mail servers refuse very long lines.
    out.push_str(">\n");
}
