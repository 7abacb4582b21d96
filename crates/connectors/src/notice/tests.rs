//! What people are told of a delivery, whatever its body holds.

use serde_json::json;

use super::{Links, Notice, html, text, title};

fn read(body: &serde_json::Value) -> Notice {
    super::read(body.to_string().as_bytes(), &Links::default())
}

fn escalated(says: &str, claim: &str) -> serde_json::Value {
    json!({
        "delivery": "d-2vzmxchhf9qh4tr7",
        "step": "tell boss",
        "occasion": "escalated",
        "message": {
            "to": { "kind": "member", "id": "mia", "name": "Mia", "email": "mia@acme.example", "slack": "U0MIA" },
            "says": says,
            "due": "2026-11-30T16:00:00.000000Z",
            "owner": { "kind": "person", "id": "s.lee", "name": "Sam Lee" },
        },
        "handoff": "h-2xw9zd2vkfnds9ap",
        "sends": { "brief": { "claims": [
            { "text": claim, "section": "why-now", "figure": "2 touches" },
            { "text": "Title", "section": "who" },
        ] } },
    })
}

#[test]
fn a_notice_says_what_occurred_until_when_and_what_the_brief_says() {
    let notice = read(&escalated("Sam Lee did not accept this lead in time.", "Asked for a quote"));
    assert_eq!(notice.title, "Escalated: lead h-2xw9zd2vkfnds9ap");
    assert_eq!(
        notice.facts,
        [
            "Sam Lee did not accept this lead in time.",
            "Owner: Sam Lee",
            "Due: 2026-11-30 16:00 UTC"
        ]
    );
    assert_eq!(notice.told.email.as_deref(), Some("mia@acme.example"));
    assert_eq!(notice.sections[0].title, "Why now");
    assert_eq!(notice.sections[0].lines[0].text, "Asked for a quote: 2 touches");
    let (notices, plain) = ([notice.clone()], text(&[notice]));
    assert!(plain.starts_with("Escalated: lead h-2xw9zd2vkfnds9ap\nSam Lee did not"), "{plain}");
    assert!(plain.contains("\nWhy now\n  Asked for a quote: 2 touches\n"), "{plain}");
    assert!(plain.contains("baton why h-2xw9zd2vkfnds9ap"), "{plain}");
    assert!(html(&notices).contains("<li>Asked for a quote: 2 touches</li>"));
    assert_eq!(title(&[notices[0].clone(), notices[0].clone()]), "2 messages from Baton");
}

/// A brief as a person would write it, of one text.
fn letter(text: &str) -> serde_json::Value {
    let line = |tone: Option<&str>| json!({ "text": text, "tone": tone });
    json!({
        "about": text,
        "headline": [line(None), line(Some("unknown"))],
        "parts": [
            { "section": "who", "title": "Who", "lines": [line(None), line(Some("unknown"))] },
            { "section": "next-steps", "title": "Next steps", "lines": [line(Some("step"))] },
        ],
    })
}

#[test]
fn found_g9_people_get_the_letter_and_not_the_claims() {
    let mut body = escalated("Sam Lee did not accept this lead in time.", "Asked for a quote");
    body["sends"]["handoff"] =
        json!({ "kind": "marketing-to-sales", "accept_by": "2026-11-30T16:00:00.000000Z" });
    body["sends"]["letter"] = json!({
        "about": "Luis Ortega, Nordwind Energie",
        "headline": [
            { "text": "Luis Ortega, Buyer at Nordwind Energie, asked for a quote." },
            { "text": "Not known: how to reach them.", "tone": "unknown" },
        ],
        "parts": [
            { "section": "who", "title": "Who", "lines": [{ "text": "Luis Ortega, Buyer" }] },
            { "section": "next-steps", "title": "Next steps", "lines": [
                { "text": "Call Luis", "tone": "step" }, { "text": "Send the guide", "tone": "step" },
            ] },
            { "section": "sla", "title": "Until when", "lines": [{ "text": "Accept by 2026-11-30 16:00 UTC" }] },
        ],
    });
    let notice = read(&body);
    assert_eq!(notice.title, "Escalated: Luis Ortega, Nordwind Energie");
    let says = ["Sam Lee did not accept this lead in time.", "Due: 2026-11-30 16:00 UTC"];
    assert_eq!(notice.facts, says, "nothing that the letter says is said twice");
    let plain = text(std::slice::from_ref(&notice));
    let headline =
        "Luis Ortega, Buyer at Nordwind Energie, asked for a quote. Not known: how to reach them.";
    assert!(plain.contains(&format!("\n\n{headline}\n")), "{plain}");
    assert!(plain.contains("\nNext steps\n  1. Call Luis\n  2. Send the guide\n"), "{plain}");
    assert!(!plain.contains("Asked for a quote: 2 touches"), "{plain}");
    let page = html(&[notice]);
    assert!(
        page.contains(
            "<strong>Luis Ortega, Buyer at Nordwind Energie, asked for a quote.</strong>"
        )
    );
    assert!(page.contains("<ol style") && page.contains("<li>Call Luis</li>"), "{page}");
    assert!(page.contains(">Not known: how to reach them.</span>"), "{page}");
    let longest = page.lines().map(str::len).max().expect("lines");
    assert!(longest < 998, "mail servers refuse longer lines than {longest}");
}

#[test]
fn no_outside_text_makes_markup_a_header_or_another_line() {
    for evil in [
        "a\r\nBcc: everybody@evil.example",
        "<script>alert(1)</script><a href=\"https://evil.example\">x</a>",
        "\u{202e}gnp.exe\u{2028}b\u{0}c",
        "<!channel> <@U1> <https://evil.example|here> & more",
    ] {
        let mut body = escalated(evil, evil);
        body["sends"]["letter"] = letter(evil);
        body["step"] = evil.into();
        let notice = read(&body);
        let odd = |c: char| c.is_control() || matches!(c, '\u{202e}' | '\u{2028}');
        assert!(!notice.title.contains(odd), "{:?}", notice.title);
        assert!(!notice.facts.iter().any(|line| line.contains(odd)), "{:?}", notice.facts);
        assert!(
            !text(std::slice::from_ref(&notice)).contains(['\r', '\u{0}', '\u{202e}', '\u{2028}'])
        );
        assert!(!text(std::slice::from_ref(&notice)).lines().any(|line| line.starts_with("Bcc")));
        let page = html(&[notice]);
        let body = page.split_once("<body").expect("a body").1;
        assert!(
            !body.contains("<script") && !body.contains("<a ") && !body.contains("<!"),
            "{page}"
        );
        for part in body.split('<').skip(1) {
            let name = part.trim_start_matches('/');
            let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
            let ours = ["h2", "h3", "p", "span", "strong", "ul", "ol", "li", "body", "html"];
            assert!(ours.contains(&&name[..end]), "{part}");
        }
        assert!(!body.contains("<@") && !body.contains("<https"), "{page}");
    }
}

#[test]
fn lines_are_bounded_however_long_the_history_is() {
    let mut body = escalated("x", "y");
    let claims: Vec<_> = (0..5_000).map(|_| json!({ "text": "é".repeat(9_000) })).collect();
    body["sends"]["brief"]["claims"] = claims.into();
    let bounded = |body: &serde_json::Value| {
        let notice = read(body);
        assert!(notice.title.chars().count() <= 140);
        let parts = notice.sections.iter().flat_map(|section| &section.lines);
        let lines: Vec<_> = notice.headline.iter().chain(parts).collect();
        assert!(lines.len() <= 120 && lines.iter().all(|line| line.text.chars().count() <= 2_000));
        assert!(notice.sections.len() <= 120);
        lines.len()
    };
    assert_eq!(bounded(&body), 120);
    let line = || json!({ "text": "é".repeat(9_000), "tone": "step" });
    let lines: Vec<_> = (0..90).map(|_| line()).collect();
    let parts: Vec<_> =
        (0..200).map(|_| json!({ "title": "w".repeat(10_000), "lines": lines[..2] })).collect();
    body["sends"]["letter"] =
        json!({ "about": "w".repeat(10_000), "headline": lines, "parts": parts });
    assert_eq!(bounded(&body), 120);
}

#[test]
fn a_body_of_another_shape_still_tells_that_something_came() {
    for odd in [&b"{}"[..], b"no JSON", b"[]", b"{\"sends\":3}", b"{\"message\":[]}"] {
        let notice = super::read(odd, &Links::default());
        assert!(!notice.title.is_empty() && notice.told.email.is_none(), "{notice:?}");
    }
    let channel =
        json!({ "message": { "to": { "kind": "channel", "id": "revops@acme.example" } } });
    assert_eq!(read(&channel).told.email.as_deref(), Some("revops@acme.example"));
    let named = json!({ "message": { "to": { "kind": "channel", "id": "#sales" } } });
    assert_eq!(read(&named).told.email, None);
    let undone = json!({ "handoff": "h-2xw9zd2vkfnds9ap", "undoes": "d-1", "undo": "withdrawn" });
    assert_eq!(read(&undone).title, "Withdrawn: lead h-2xw9zd2vkfnds9ap");
}
