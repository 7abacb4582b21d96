//! A brief as a fragment of HTML: no script, no style, every text escaped, every marker a link to
//! the evidence that stands below.

use std::fmt::Write as _;

use super::markers::{Markers, Set};
use crate::stages::brief::{Section, words};
use crate::view::BriefView;

/// The brief as a fragment of HTML. Its ids begin with `brief-`; it stands once in a page.
pub fn html(brief: &BriefView<'_>) -> String {
    let markers = Markers::of(brief);
    let mut out = String::with_capacity(8_192);
    let _ = write!(out, "<div class=\"brief\" id=\"brief-{}\">", brief.handoff);
    for section in brief.sections.iter().copied() {
        let mut body = String::new();
        for (claim, number) in markers.section(brief, section) {
            body.push_str("<li>");
            escape(&mut body, claim.text);
            if let Some(figure) = claim.figure {
                body.push_str(" <span class=\"figure\">");
                escape(&mut body, figure);
                body.push_str("</span>");
            }
            if let Some(number) = number {
                marker(&mut body, number);
            }
            body.push_str("</li>");
        }
        own(&mut body, brief, section);
        for unknown in brief.unknown.iter().filter(|unknown| unknown.section == section) {
            body.push_str("<li class=\"unknown\">");
            escape(&mut body, unknown.text);
            body.push_str("</li>");
        }
        if !body.is_empty() {
            let (word, title) = (section.as_str(), section.title());
            let _ = write!(
                out,
                "<section class=\"brief-section\" aria-labelledby=\"brief-{word}\">\
                 <h3 id=\"brief-{word}\">{title}</h3><ul>{body}</ul></section>"
            );
        }
    }
    if !markers.sets.is_empty() {
        out.push_str("<section class=\"brief-evidence\"><h3>Evidence</h3><ol>");
        for (at, set) in markers.sets.iter().enumerate() {
            evidence(&mut out, at + 1, set);
        }
        out.push_str("</ol></section>");
    }
    out.push_str("</div>\n");
    out
}

/// A marker never begins a line: a word joiner holds it to the word before.
fn marker(body: &mut String, number: usize) {
    let _ = write!(
        body,
        "&#8288;<sup><a class=\"marker\" href=\"#brief-evidence-{number}\" \
         aria-label=\"Evidence {number}\">{number}</a></sup>"
    );
}

fn own(body: &mut String, brief: &BriefView<'_>, section: Section) {
    if section == Section::NextSteps {
        for step in &brief.steps {
            body.push_str("<li class=\"step\">");
            escape(body, step.text);
            if let Some(when) = step.when {
                body.push_str(" <span class=\"when\">");
                escape(body, when);
                body.push_str("</span>");
            }
            body.push_str("</li>");
        }
    }
    if section == Section::Assets {
        for asset in &brief.assets {
            body.push_str("<li class=\"asset\">");
            escape(body, asset.name);
            body.push_str("</li>");
        }
    }
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
