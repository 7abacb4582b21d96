use domain::{Span, Value};

use super::*;
use crate::as_of::AsOf;
use crate::names::NoNames;
use crate::stages::brief::{self, Plan, Step};
use crate::test_account::AccountBuilder;
use crate::view::{self, Reader};

/// A brief whose every text is somebody's attempt.
fn with_brief(hostile: &str, check: impl FnOnce(&view::BriefView<'_>)) {
    let mut made = AccountBuilder::new();
    let text = || Value::Text(hostile.into());
    let asked = made.did(
        "luis",
        Span::ZERO,
        hostile,
        &[
            ("person.name", text()),
            ("account.name", text()),
            ("pain", text()),
            ("form", text()),
            (hostile, text()),
            ("person.title", "Head of Field Operations".into()),
        ],
    );
    let handoff = made.handed_off("luis", asked, Vec::new());
    let folded = made.handoff(handoff, AsOf::Latest);
    let steps = vec![Step {
        text: "Call before four".into(),
        when: Some("today".into()),
        ..Step::default()
    }];
    let plan = Plan { steps, ..Plan::default() };
    let brief = brief::write_with(folded.get(), &NoNames, plan);
    check(&view::brief(&brief, &Reader::with_personal("rep")));
}

const HOSTILE: &[&str] = &[
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "\"><script>alert(1)</script>",
    "'); alert(1); ('",
    "{{7*7}}",
    "![x](https://evil.example/p.png?q=secret)",
    "[click](javascript:alert(1))",
    "https://evil.example/login",
    "www.evil.example",
    "mailto:a@evil.example",
    "<https://evil.example>",
    "# heading",
    "- list",
    "1. one",
    "| a | b |",
    "```\ncode\n```",
    "**bold** _em_ ~~no~~",
    "line\n\n## heading\n",
    "Acme \u{202e}moc.live\u{202c} GmbH",
    "tag\u{e0041}\u{e0042} zero\u{200b}width",
    "\u{1b}[2J\u{7}",
    "&lt;b&gt; &amp; &#x3c;",
];

#[test]
fn html_has_no_tag_that_is_not_ours() {
    for hostile in HOSTILE {
        with_brief(hostile, |brief| {
            let html = html(brief);
            for part in html.split('<').skip(1) {
                let name: String =
                    part.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '/').collect();
                let known = [
                    "div", "/div", "section", "/section", "h3", "/h3", "ul", "/ul", "ol", "/ol",
                    "li", "/li", "span", "/span", "sup", "/sup", "a", "/a", "time", "/time",
                ];
                assert!(known.contains(&name.as_str()), "<{name} from {hostile:?}");
            }
            assert!(
                !html.contains("href=\"h") && !html.contains("javascript:alert(1)\""),
                "{hostile:?}"
            );
            assert!(html.chars().all(|c| !crate::identity::is_invisible(c)), "{hostile:?}");
        });
    }
}

#[test]
fn markdown_has_no_link_and_no_tag() {
    for hostile in HOSTILE {
        with_brief(hostile, |brief| {
            let text = markdown(brief);
            for active in ["](", "<", "![", "**", "~~", "```", "{{"] {
                let places = text.match_indices(active);
                let bare = places.filter(|(at, _)| !text[..*at].ends_with('\\')).count();
                assert_eq!(bare, 0, "{active} from {hostile:?} in {text}");
            }
            for link in ["http:", "https:", "mailto:", "www.", "@"] {
                assert!(
                    !text.replace("\\@", "").contains(link),
                    "{link} from {hostile:?} in {text}"
                );
            }
            let headings = text.lines().filter(|line| line.starts_with('#'));
            assert!(
                headings
                    .clone()
                    .all(|line| line.starts_with("# Brief of h-") || line.starts_with("## "))
            );
            assert!(headings.clone().all(|line| !line.contains("heading")), "{hostile:?}");
        });
    }
}

#[test]
fn plain_text_keeps_to_its_columns_and_never_begins_a_line_with_a_marker() {
    let long = "Nordwind ".repeat(200);
    let wide = "電力会社".repeat(80);
    for hostile in HOSTILE.iter().copied().chain([long.as_str(), wide.as_str()]) {
        with_brief(hostile, |brief| {
            let text = text(brief);
            for line in text.lines() {
                assert!(line.chars().count() <= COLUMNS, "{line}");
            }
            let (claims, _) = text.split_once("\nEvidence\n").expect("there is evidence");
            assert!(claims.lines().all(|line| !line.trim_start().starts_with('[')), "{claims}");
            assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{hostile:?}");
        });
    }
}

#[test]
fn claims_of_the_same_signals_share_a_number() {
    with_brief("Quote", |brief| {
        let text = text(brief);
        assert!(text.contains("Why now           Quote: “Quote”\u{a0}[1]"), "{text}");
        assert!(text.contains("Title: “Head of Field Operations”\u{a0}[1]"), "{text}");
        assert!(text.contains("1. Call before four (today)"), "{text}");
        assert!(!text.contains("[2]"), "{text}");
    });
}

#[test]
fn the_evidence_of_a_number_names_every_field_that_is_leaned_on() {
    with_brief("Quote", |brief| {
        let text = text(brief);
        let (_, evidence) = text.split_once("\nEvidence\n").expect("there is evidence");
        assert_eq!(evidence.matches("s-").count(), 1, "{evidence}");
        let words = evidence.split_whitespace().collect::<Vec<_>>().join(" ");
        let fields = "in kind, person.name, person.title, account.name, pain";
        assert!(words.contains(fields), "{words}");
    });
}
