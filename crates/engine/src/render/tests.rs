use domain::fact::ScoreGroup;
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
                    "li", "/li", "span", "/span", "sup", "/sup", "a", "/a", "time", "/time", "p",
                    "/p", "strong", "/strong", "details", "/details", "summary", "/summary",
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
            let text = markdown(brief, EvidenceShown::Listed);
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
            let text = text(brief, COLUMNS, EvidenceShown::Listed);
            for line in text.lines() {
                assert!(line.chars().count() <= COLUMNS, "{line}");
            }
            let (claims, _) = text.split_once("\nEvidence\n").expect("there is evidence");
            let marker = |line: &str| {
                let inner = line.trim_start().strip_prefix('[');
                inner.and_then(|inner| inner.split_once(']')).is_some_and(|(number, _)| {
                    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
                })
            };
            assert!(!claims.lines().any(marker), "{claims}");
            assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{hostile:?}");
        });
    }
}

#[test]
fn lines_of_the_same_signals_share_a_number() {
    with_brief("Quote", |brief| {
        let text = text(brief, COLUMNS, EvidenceShown::Listed);
        assert!(text.contains("Quote, Head of Field Operations\u{a0}[1]"), "{text}");
        assert!(text.contains("1. Call before four (today)"), "{text}");
        assert!(!text.contains("[2]"), "{text}");
    });
}

#[test]
fn evidence_is_listed_where_it_is_asked_for() {
    with_brief("Quote", |brief| {
        let counted = text(brief, COLUMNS, EvidenceShown::Counted);
        assert!(!counted.contains("[1]"), "{counted}");
        assert!(counted.contains("It rests on 1 signal;"), "{counted}");
        let counted = markdown(brief, EvidenceShown::Counted);
        assert!(!counted.contains("[1") && !counted.contains("s-"), "{counted}");
    });
}

#[test]
fn the_evidence_of_a_number_names_every_field_that_is_leaned_on() {
    with_brief("Quote", |brief| {
        let text = text(brief, COLUMNS, EvidenceShown::Listed);
        let (_, evidence) = text.split_once("\nEvidence\n").expect("there is evidence");
        assert_eq!(evidence.matches("s-").count(), 1, "{evidence}");
        let words = evidence.split_whitespace().collect::<Vec<_>>().join(" ");
        let fields = "in person.name, person.title, account.name, kind, pain";
        assert!(words.contains(fields), "{words}");
    });
}

/// Luis asks for a quote after he looked at the prices three times and Karin twice.
fn with_story(check: impl FnOnce(&view::BriefView<'_>)) {
    let mut made = AccountBuilder::new();
    let names = |first: &str, last: &str, title: &str| {
        [
            ("person.first_name", Value::Text(first.into())),
            ("person.last_name", Value::Text(last.into())),
            ("person.title", Value::Text(title.into())),
        ]
    };
    made.did("karin", Span::days(4), "webinar.attended", &names("Karin", "Vogt", "Buyer"));
    for days in [3, 2] {
        made.did("karin", Span::days(days), "page.viewed", &[("path", "/pricing".into())]);
    }
    for hours in [30, 29, 28] {
        let asked = [("path", "/pricing?who=luis".into())];
        made.did("luis", Span::hours(hours), "page.viewed", &asked);
    }
    let mut asked = names("Luis", "Ortega", "Head of Field Operations").to_vec();
    asked.push(("form", "Quote".into()));
    asked.push(("account.name", "Nordwind Energie".into()));
    asked.push(("account.employees", Value::Integer(2_000)));
    asked.push(("pain", "Technicians wait for spare parts".into()));
    let asked = made.did("luis", Span::ZERO, "form.submitted", &asked);
    let parts = vec![
        (ScoreGroup::Fit, 0, 380, vec![asked]),
        (ScoreGroup::Engagement, 0, 2_500, vec![asked]),
    ];
    let handoff = made.handed_off("luis", asked, parts);
    let folded = made.handoff(handoff, AsOf::Latest);
    let steps = vec![Step { text: "Call Luis".into(), ..Step::default() }];
    let plan = Plan { steps, ..Plan::default() };
    let brief = brief::write_with(folded.get(), &NoNames, plan);
    check(&view::brief(&brief, &Reader::with_personal("rep")));
}

#[test]
fn found_g9_a_brief_reads_as_a_person_would_write_it() {
    with_story(|brief| {
        let text = text(brief, COLUMNS, EvidenceShown::Counted);
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for says in [
            "Luis Ortega, Head of Field Operations at Nordwind Energie, sent the form “Quote” on",
            "One other person there was active in the seven days before, 3 times in all.",
            "First: Call Luis. Accept by",
            "Not known: how to reach them",
            "Karin Vogt, Buyer; seen 3 times, last on 2026-11-18",
            "Viewed the page “/pricing”, 3 times in all",
            "Somebody else: viewed the page “/pricing”, twice in all",
            "28.8: 3.8 for who they are, 25 for what they did",
            "Why you",
        ] {
            assert!(words.contains(says), "{says:?} in {text}");
        }
        assert_eq!(words.matches("/pricing").count(), 2, "touches are counted: {text}");
        assert!(!text.contains("First name") && !text.contains("who=luis"), "{text}");
    });
}

#[test]
fn markdown_is_escaped_only_where_it_must_be() {
    let mut plain = String::new();
    markdown::escape(
        &mut plain,
        "Nordwind (Hamburg), 3.8 points, a_b – R&D, 1 > 0 #1 nordwind.example!",
    );
    assert_eq!(plain, "Nordwind (Hamburg), 3.8 points, a_b – R\\&D, 1 > 0 #1 nordwind.example!");
}

#[test]
fn a_page_of_its_own_asks_nothing_of_anybody_else() {
    with_story(|brief| {
        let page = page(brief);
        assert!(page.starts_with("<!doctype html>") && page.contains("<style>"), "{page}");
        assert!(!page.contains("url(") && !page.contains("http") && !page.contains("<script"));
    });
}

#[test]
fn found_g9_json_has_the_headline_and_each_sentence_names_its_claims() {
    with_story(|brief| {
        let told: serde_json::Value = serde_json::from_str(&json(brief)).expect("JSON");
        let claims = told["claims"].as_array().expect("claims");
        assert_eq!(claims.len(), brief.claims.len(), "all else is as it was");
        let headline = told["headline"].as_array().expect("a headline");
        let first = headline[0]["text"].as_str().expect("a sentence");
        assert!(first.starts_with("Luis Ortega, Head of Field Operations at Nordwind"), "{first}");
        let rests = |sentence: &serde_json::Value| {
            let places = sentence["claims"].as_array().expect("places");
            places.iter().map(|place| place.as_u64().expect("a place") as usize).collect::<Vec<_>>()
        };
        assert!(rests(&headline[0]).len() >= 3, "the person, the title, the company: {headline:?}");
        assert!(headline.iter().flat_map(rests).all(|place| place < claims.len()), "{headline:?}");
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let read = words(&text(brief, COLUMNS, EvidenceShown::Counted));
        for sentence in headline {
            let said = sentence["text"].as_str().expect("a sentence");
            assert!(read.contains(&words(said)), "{said:?} in {read}");
        }
    });
}

#[test]
fn a_sheet_says_what_the_text_says_and_each_number_has_its_evidence() {
    with_story(|brief| {
        let sheet = sheet(brief);
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let read = words(&text(brief, 10_000, EvidenceShown::Counted));
        let parts = sheet.parts.iter().flat_map(|part| &part.lines);
        let lines: Vec<_> = sheet.headline.iter().chain(parts).collect();
        for line in &lines {
            let said = words(line.text.trim_end_matches('.'));
            assert!(read.contains(&said), "{:?} in {read}", line.text);
        }
        let dated = lines.iter().filter(|line| line.text.contains("Accept by"));
        assert!(
            read.contains("Accept by") && dated.count() == 1,
            "only where it lists the targets"
        );
        let numbers: Vec<usize> = lines.iter().filter_map(|line| line.evidence).collect();
        assert!(numbers.len() > 5, "{numbers:?}");
        for (at, set) in sheet.evidence.iter().enumerate() {
            assert!(numbers.contains(&(at + 1)), "somebody asks for {}", at + 1);
            assert!(!set.signals.is_empty());
            assert!(set.signals.iter().all(|signal| !signal.fields.is_empty()));
        }
        assert!(numbers.iter().all(|number| (1..=sheet.evidence.len()).contains(number)));
        assert!(lines.iter().any(|line| line.step) && lines.iter().any(|line| line.unknown));
    });
}
