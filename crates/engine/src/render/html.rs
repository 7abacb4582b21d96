//! A brief as HTML: no script, every text escaped, every marker a link to the evidence that stands below.

use std::fmt::Write as _;

use super::letter::{Line, Tone, letter};
use super::markers::{Set, number};
use crate::stages::brief::words;
use crate::view::BriefView;

/// How a page of its own looks. A page that the fragment stands in brings its own style.
const STYLE: &str = include_str!("brief.css");

/// The brief as a page of its own, which may be kept, printed or sent. It asks nothing of anybody else.
pub fn page(brief: &BriefView<'_>) -> String {
    let mut out = String::with_capacity(12_288);
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>Brief of {}</title><style>{STYLE}</style></head>\n<body><main>",
        brief.handoff
    );
    out.push_str(html(brief).trim_end());
    out.push_str("</main></body></html>\n");
    out
}

/// The brief as a fragment of HTML. Its ids begin with `brief-`; it stands once in a page.
pub fn html(brief: &BriefView<'_>) -> String {
    let mut letter = letter(brief);
    let sets = number(brief, &mut letter);
    let mut out = String::with_capacity(8_192);
    let _ = write!(out, "<div class=\"brief\" id=\"brief-{}\">", brief.handoff);
    out.push_str("<p class=\"brief-headline\">");
    for (at, line) in letter.headline.iter().enumerate() {
        if at > 0 {
            out.push(' ');
        }
        let (open, close) = match (line.tone, at) {
            (Tone::Unknown, _) => ("<span class=\"unknown\">", "</span>"),
            (Tone::Known | Tone::Step, 0) => ("<strong>", "</strong>"),
            (Tone::Known | Tone::Step, _) => ("", ""),
        };
        out.push_str(open);
        put(&mut out, line);
        out.push_str(close);
    }
    out.push_str("</p>");
    for part in &letter.parts {
        let (word, title) = (part.section.as_str(), part.title);
        let steps = part.lines.iter().any(|line| line.tone == Tone::Step);
        let list = if steps { "ol" } else { "ul" };
        let _ = write!(
            out,
            "<section class=\"brief-section\" aria-labelledby=\"brief-{word}\">\
             <h3 id=\"brief-{word}\">{title}</h3><{list}>"
        );
        for line in &part.lines {
            out.push_str(match line.tone {
                Tone::Unknown => "<li class=\"unknown\">",
                Tone::Step => "<li class=\"step\">",
                Tone::Known => "<li>",
            });
            put(&mut out, line);
            out.push_str("</li>");
        }
        let _ = write!(out, "</{list}></section>");
    }
    if !sets.is_empty() {
        let _ = write!(
            out,
            "<details class=\"brief-evidence\"><summary>Evidence: {} signals</summary><ol>",
            brief.signals.len()
        );
        for (at, set) in sets.iter().enumerate() {
            evidence(&mut out, at + 1, set);
        }
        out.push_str("</ol></details>");
    }
    let _ = writeln!(
        out,
        "<p class=\"brief-as-of\">As known at {} UTC</p></div>",
        words::stamp(brief.known_as_of)
    );
    out
}

fn put(out: &mut String, line: &Line) {
    escape(out, &line.text);
    if let Some(number) = line.number {
        marker(out, number);
    }
}

/// A marker never begins a line: a word joiner holds it to the word before.
fn marker(body: &mut String, number: usize) {
    let _ = write!(
        body,
        "&#8288;<sup><a class=\"marker\" href=\"#brief-evidence-{number}\" \
         aria-label=\"Evidence {number}\">{number}</a></sup>"
    );
}

fn evidence(out: &mut String, number: usize, set: &Set<'_, '_>) {
    let _ = write!(out, "<li id=\"brief-evidence-{number}\"><ul>");
    for listed in &set.listed {
        let known = listed.known;
        let _ = write!(
            out,
            "<li><time datetime=\"{}\">{} UTC</time> ",
            known.cited.moment,
            words::stamp(known.cited.moment)
        );
        escape(out, &words::plain(known.cited.kind, 60));
        out.push_str(" <span class=\"source\">");
        escape(out, known.cited.source);
        out.push_str(", id ");
        escape(out, &words::plain(known.source_id, 120));
        out.push_str(", in ");
        escape(out, &listed.fields.join(", "));
        let _ = write!(out, "</span> <span class=\"id\">{}</span></li>", known.signal);
    }
    if set.more > 0 {
        let _ = write!(out, "<li>and {} more</li>", set.more);
    }
    out.push_str("</ul></li>");
}

/// Writes a text as HTML, inside an element or a quoted attribute.
pub fn escape(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
}
