//! Counts of everybody at an account, and what a public write key may raise of them.

use domain::signal::IdentifierKind::{self, Domain, Email, ExternalId};
use domain::{Span, Value};

use crate::office::{Office, ROUTING};

fn office(condition: &str) -> Office {
    let table = format!(
        "table: readiness\nhit: first\ncolumns: {{ ready: '{condition}' }}\n\
         outputs: [decision, kind, sla]\nrows:\n  \
         - [ true, hand off, marketing-to-sales, hot ]\n  - [ \"-\", nurture, \"-\", \"-\" ]\n"
    );
    Office::with(ROUTING, &[("readiness.yaml", &table)])
}

const ADA: (IdentifierKind, &str) = (Email, "ada@acme.com");
const BOB: (IdentifierKind, &str) = (Email, "bob@acme.com");
const EVE: (IdentifierKind, &str) = (Email, "eve@initech.com");

/// Whether what somebody does makes a handoff.
fn asks(office: &mut Office, who: (IdentifierKind, &str)) -> bool {
    office.later(Span::MINUTE).does("chat.opened", &[who]).handoff.is_some()
}

#[test]
fn everybody_at_the_account_is_counted_and_nobody_elsewhere() {
    for condition in [
        r#"account_count("page.viewed", "1d") >= 2"#,
        r#"account_seen("page.viewed", "1d", signal.path == "/b")"#,
        r#"account_last("page.viewed").path == "/b""#,
    ] {
        let mut office = office(condition);
        for (at, path) in ["/a", "/b"].into_iter().enumerate() {
            let sent = office.signal("page.viewed", &[BOB], &[("path", Value::from(path))]);
            assert_eq!(
                office.later(Span::MINUTE).send(sent).handoff.is_some(),
                at == 1,
                "{condition}"
            );
        }
        assert!(asks(&mut office, ADA), "{condition}: Bob is at her account");
        assert!(!asks(&mut office, EVE), "{condition}: and not at Eve's");
    }
    let mut office = office(r#"count("page.viewed", "1d") >= 2"#);
    office.does("page.viewed", &[BOB]);
    office.later(Span::MINUTE).does("page.viewed", &[BOB]);
    assert!(!asks(&mut office, ADA), "`count` is of the person");
}

/// What somebody says whom nobody vouches for.
fn claims(office: &mut Office, kind: &str, who: (IdentifierKind, &str)) {
    let mut sent = office.signal(kind, &[who], &[]);
    sent.content.subject[0].verified = false;
    sent.content.vouched = Some(false);
    office.later(Span::MINUTE).send(sent);
}

#[test]
fn found_c8_a_public_key_raises_no_count_that_did_not_ask_for_claims() {
    let surges = |office: &mut Office| {
        for _ in 0..3 {
            claims(office, "intent.surge", (Domain, "acme.com"));
        }
    };
    let pages = |office: &mut Office| {
        for _ in 0..3 {
            claims(office, "intent.surge", (Email, "mallory@acme.com"));
        }
    };
    for (who, raise) in [("the company", &surges as &dyn Fn(&mut Office)), ("a stranger", &pages)] {
        for (condition, ready) in [
            (r#"account_count("intent.surge", "1d") >= 3"#, false),
            (r#"account_seen("intent.surge", "1d")"#, false),
            (r#"has(account_last("intent.surge"))"#, false),
            (r#"claimed(account_count("intent.surge", "1d")) >= 3"#, true),
            (r#"count("intent.surge", "1d") >= 3"#, false),
            (r#"claimed(count("intent.surge", "1d")) >= 3"#, who == "the company"),
        ] {
            let mut office = office(condition);
            office.does("page.viewed", &[ADA, (ExternalId, "u1")]);
            raise(&mut office);
            assert_eq!(asks(&mut office, ADA), ready, "{who}: {condition}");
        }
    }
}

#[test]
fn what_a_verified_source_says_of_the_company_counts_for_everybody() {
    for condition in
        [r#"account_count("intent.surge", "1d") >= 1"#, r#"count("intent.surge", "1d") >= 1"#]
    {
        let mut office = office(condition);
        office.does("intent.surge", &[(Domain, "acme.com")]);
        assert!(asks(&mut office, ADA) && asks(&mut office, BOB), "{condition}");
    }
}
