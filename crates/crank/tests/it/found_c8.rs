//! Trust is a gate: what a source may not set meets no rule that did not ask for claims.

use crank::TurnReport;
use domain::handoff::{MemberId, Owner};
use domain::reason::Code;
use domain::signal::IdentifierKind::{self, Company, Cookie, Domain, Email, ExternalId};
use domain::signal::SourceName;
use domain::{Span, Value};

use crate::office::Office;

const PUBLIC: bool = false;
const VOUCHED: bool = true;

/// Whose a signal is, and which of that is verified.
type Subject<'a> = &'a [(IdentifierKind, &'a str, bool)];

/// Ada, whose address a source verifies.
const ADA: Subject<'_> = &[(Email, "ada@acme.com", true), (ExternalId, "ada", true)];

/// Bob is the owner that a claim could name; Ann has the queue.
const ROUTING: &str = r#"
routes:
  - { route: kept,      when: '"do-not-route" in account.tags',    to: { hold: do-not-route } }
  - { route: large,     when: 'account.employees >= 5000',         to: { queue: large } }
  - { route: customer,  when: 'account.stage == "customer"',       to: { queue: customers } }
  - { route: owner,     to: { person: account.owner } }
  - { route: catch-all, to: { queue: unassigned } }
queues:
  large:      { owner: ann, within: 2h }
  customers:  { owner: ann, within: 2h }
  unassigned: { owner: ann, within: 2h }
"#;

fn send(
    office: &mut Office,
    (source, vouched): (&str, bool),
    (kind, subject): (&str, Subject<'_>),
    fields: &[(&str, Value)],
) -> TurnReport {
    let named: Vec<_> = subject.iter().map(|(kind, value, _)| (*kind, *value)).collect();
    let mut signal = office.signal(kind, &named, fields);
    signal.source = SourceName::new(source).expect("a name");
    signal.content.vouched = Some(vouched);
    for (identifier, (.., verified)) in signal.content.subject.iter_mut().zip(subject) {
        identifier.verified = *verified;
    }
    office.later(Span::MINUTE).send(signal)
}

/// Asks for an offer, and tells where that led.
#[track_caller]
fn asks(office: &mut Office, subject: Subject<'_>) -> (String, Vec<Code>) {
    let taken = send(office, ("crm", VOUCHED), ("form.submitted", subject), &[]);
    led(office, &taken)
}

#[track_caller]
fn led(office: &Office, taken: &TurnReport) -> (String, Vec<Code>) {
    let handoff = office.handoff(taken.handoff.expect("a handoff"));
    let owner = match &handoff.owner {
        Owner::Person(MemberId(member)) => member.to_string(),
        Owner::Queue(queue) => queue.0.clone(),
        Owner::Engine => "engine".to_owned(),
    };
    (owner, handoff.routing.reasons.iter().map(|reason| reason.code).collect())
}

fn tags() -> Value {
    Value::List(vec!["do-not-route".into()])
}

#[test]
fn found_c8_what_a_public_key_says_of_a_company_steers_nobody() {
    let says: [(&str, Value); 3] = [
        ("account.stage", "customer".into()),
        ("account.owner", "bob".into()),
        ("account.tags", tags()),
    ];
    let subjects: [Subject<'_>; 5] = [
        &[(Domain, "acme.com", false)],
        &[(ExternalId, "eve", true), (Domain, "acme.com", false)],
        &[(Email, "eve@acme.com", false)],
        &[(Cookie, "c-1", true), (Domain, "acme.com", false), (Company, "Acme", false)],
        &[(Email, "ada@acme.com", false), (Domain, "acme.com", false)],
    ];
    for claim in &says {
        for subject in subjects {
            for before in [true, false] {
                let mut office = Office::with(ROUTING, &[]);
                if before {
                    send(&mut office, ("crm", VOUCHED), ("page.viewed", ADA), &[]);
                }
                let claims = std::slice::from_ref(claim);
                send(&mut office, ("site", PUBLIC), ("account.identified", subject), claims);
                let (owner, codes) = asks(&mut office, ADA);
                assert_eq!(owner, "unassigned", "{claim:?} {subject:?} {codes:?}");
            }
        }
    }
}

#[test]
fn found_c8_what_a_source_vouches_for_counts_whichever_came_last() {
    for (claimed_first, owner) in [(true, "bob"), (false, "bob")] {
        let mut office = Office::with(ROUTING, &[]);
        let crm = |office: &mut Office| {
            let says = [("account.stage", "prospect".into()), ("account.owner", "bob".into())];
            send(
                office,
                ("crm", VOUCHED),
                ("account.updated", &[(Domain, "acme.com", true)]),
                &says,
            );
        };
        let claim = |office: &mut Office| {
            let says = [("account.stage", "customer".into()), ("account.owner", "ann".into())];
            let who: Subject<'_> = &[(ExternalId, "eve", true), (Domain, "acme.com", false)];
            send(office, ("site", PUBLIC), ("account.identified", who), &says);
        };
        if claimed_first {
            claim(&mut office);
            crm(&mut office);
        } else {
            crm(&mut office);
            claim(&mut office);
        }
        assert_eq!(asks(&mut office, ADA).0, owner);
    }
}

#[test]
fn found_c8_a_form_may_set_what_it_asks_for_until_somebody_knows_better() {
    let large = [("account.employees", Value::from(50_000))];
    let form: Subject<'_> = &[(Email, "eve@acme.com", false)];
    let mut office = Office::with(ROUTING, &[]);
    send(&mut office, ("site", PUBLIC), ("page.viewed", form), &large);
    assert_eq!(asks(&mut office, ADA).0, "large", "a form may say how large the company is");

    let mut office = Office::with(ROUTING, &[]);
    let known = [("account.employees", Value::from(40))];
    send(&mut office, ("crm", VOUCHED), ("page.viewed", ADA), &known);
    send(&mut office, ("site", PUBLIC), ("page.viewed", form), &large);
    assert_eq!(asks(&mut office, ADA).0, "unassigned", "the CRM knows better");

    let sources = "site: { may_set: [person.*] }\n";
    let mut office = Office::with(ROUTING, &[("sources.yaml", sources)]);
    send(&mut office, ("site", PUBLIC), ("page.viewed", form), &large);
    assert_eq!(asks(&mut office, ADA).0, "unassigned", "here a form may not");
}

#[test]
fn found_c8_sources_yaml_says_who_may_set_what() {
    let stage = [("account.stage", Value::from("customer"))];
    let owner = [("account.owner", Value::from("bob"))];
    let company: Subject<'_> = &[(Domain, "acme.com", true)];
    for (sources, from, says, led) in [
        ("site: { may_set: [account.stage] }\n", ("site", PUBLIC), &stage, "customers"),
        ("site: { may_set: ['account.*'] }\n", ("site", PUBLIC), &stage, "customers"),
        ("site: { may_set: [account.owner] }\n", ("site", PUBLIC), &stage, "unassigned"),
        ("crm: { may_set: [account.stage] }\n", ("crm", VOUCHED), &stage, "customers"),
        ("crm: { may_set: ['person.*'] }\n", ("crm", VOUCHED), &stage, "unassigned"),
        ("crm: { may_set: ['account.*'] }\n", ("crm", VOUCHED), &owner, "bob"),
        ("crm: { may_set: ['account.*'] }\n", ("list", VOUCHED), &owner, "unassigned"),
        ("crm: { may_set: ['person.*'] }\n", ("list", VOUCHED), &owner, "bob"),
        ("site: { may_set: [account.owner] }\n", ("site", PUBLIC), &owner, "bob"),
    ] {
        let mut office = Office::with(ROUTING, &[("sources.yaml", sources)]);
        send(&mut office, from, ("account.updated", company), says);
        assert_eq!(asks(&mut office, ADA).0, led, "{sources} {from:?} {says:?}");
    }
}

#[test]
fn found_c8_a_source_that_may_not_set_a_field_hides_no_value() {
    let sources = "crm: { may_set: ['account.*'] }\nnews: { may_set: ['person.*'] }\n";
    let says = |stage: &str| [("account.stage", Value::from(stage))];
    // Of one node, of two people at one company, and of the company itself.
    let subjects: [(Subject<'_>, Subject<'_>); 3] = [
        (ADA, &[(Email, "ada@acme.com", true)]),
        (&[(Email, "bea@acme.com", true)], &[(Email, "cyd@acme.com", true)]),
        (&[(Domain, "acme.com", true)], &[(Domain, "acme.com", true)]),
    ];
    for (by_crm, by_news) in subjects {
        for vouched in [VOUCHED, PUBLIC] {
            for crm_first in [true, false] {
                let mut office = Office::with(ROUTING, &[("sources.yaml", sources)]);
                let mut say = |first: bool| {
                    let (source, who, stage) = if first == crm_first {
                        (("crm", VOUCHED), by_crm, "customer")
                    } else {
                        (("news", vouched), by_news, "prospect")
                    };
                    send(&mut office, source, ("page.viewed", who), &says(stage));
                };
                say(true);
                say(false);
                assert_eq!(
                    asks(&mut office, ADA).0,
                    "customers",
                    "{by_crm:?} {vouched} {crm_first}"
                );
            }
        }
    }
}

#[test]
fn found_c8_a_rule_may_ask_for_claims_and_then_it_is_told() {
    let asking = ROUTING
        .replace("'account.stage ==", "'claimed(account.stage) ==")
        .replace("account.employees >= 5000", "claimed(account.revenue) >= 5000");
    for (says, led_to) in [
        (("account.stage", Value::from("customer")), "customers"),
        (("account.revenue", Value::from(9_000)), "large"),
        (("account.stage", Value::from("prospect")), "unassigned"),
    ] {
        let mut office = Office::with(&asking, &[]);
        let claims = std::slice::from_ref(&says);
        let who: Subject<'_> = &[(ExternalId, "eve", true), (Domain, "acme.com", false)];
        send(&mut office, ("site", PUBLIC), ("account.identified", who), claims);
        let (owner, codes) = asks(&mut office, ADA);
        assert_eq!(owner, led_to);
        let told = codes.contains(&Code::RouteOnClaim);
        assert_eq!(told, led_to != "unassigned", "{codes:?}");
    }
    // What is known answers too, and then nobody went by a claim.
    let mut office = Office::with(&asking, &[]);
    let known = [("account.stage", Value::from("customer"))];
    send(&mut office, ("crm", VOUCHED), ("page.viewed", ADA), &known);
    let (owner, codes) = asks(&mut office, ADA);
    assert_eq!(owner, "customers");
    assert!(!codes.contains(&Code::RouteOnClaim));
}

#[test]
fn found_c8_an_owner_is_not_reached_by_a_typed_address() {
    let named = "domain,owner,from,until\nacme.com,bob,,\n";
    let routes = |by: &str| {
        format!(
            "routes:\n  - {{ route: named, to: {{ list: named_accounts.csv, by: {by} }} }}\n  \
             - {{ route: catch-all, to: {{ queue: unassigned }} }}\n\
             queues:\n  unassigned: {{ owner: ann, within: 2h }}\n"
        )
    };
    let verified: Subject<'_> = &[(Email, "ada@acme.com", true)];
    let typed: [Subject<'_>; 3] = [
        &[(Email, "eve@acme.com", false)],
        &[(ExternalId, "eve", true), (Domain, "acme.com", false)],
        &[(Cookie, "c-1", true), (Email, "eve@mail.acme.com", false)],
    ];
    for (by, subject, expected, code) in [
        ("account.domain", verified, "bob", Code::RouteMatched),
        ("account.domain", typed[0], "unassigned", Code::LinkClaimed),
        ("account.domain", typed[1], "unassigned", Code::LinkClaimed),
        ("account.domain", typed[2], "unassigned", Code::LinkClaimed),
        ("claimed(account.domain)", typed[0], "bob", Code::RouteOnClaim),
        ("claimed(account.domain)", typed[1], "bob", Code::RouteOnClaim),
        ("claimed(account.domain)", verified, "bob", Code::RouteMatched),
    ] {
        let mut office = Office::with(&routes(by), &[("named_accounts.csv", named)]);
        let taken = send(&mut office, ("site", PUBLIC), ("form.submitted", subject), &[]);
        let (owner, codes) = led(&office, &taken);
        assert_eq!((owner.as_str(), codes.contains(&code)), (expected, true), "{by} {codes:?}");
    }
    // The owner that a CRM knows, and whoever works the account, are reached in the same way.
    for (by, expected) in [("", "unassigned"), (", by: claimed(account.domain)", "bob")] {
        let owner = format!("{{ person: account.owner{by} }}");
        let routing = ROUTING.replace("{ person: account.owner }", &owner);
        let mut office = Office::with(&routing, &[]);
        let known = [("account.owner", Value::from("bob"))];
        send(&mut office, ("crm", VOUCHED), ("page.viewed", ADA), &known);
        let taken = send(&mut office, ("site", PUBLIC), ("form.submitted", typed[0]), &[]);
        assert_eq!(led(&office, &taken).0, expected, "{by}");
    }
}

#[test]
fn found_c8_fences_and_territories_see_no_claims() {
    let strategy = "strategy: office\nseed: 7\nfences:\n  - { when: 'orElse(account.open_pipeline, 0) > \
                    100', then: review }\n  - { when: 'orElse(claimed(account.tier), 0) > 1', then: review }\n";
    let who: Subject<'_> = &[(ExternalId, "eve", true), (Domain, "acme.com", false)];
    for (field, fenced) in [("account.open_pipeline", false), ("account.tier", true)] {
        let mut office = Office::with(ROUTING, &[("strategy.yaml", strategy)]);
        let says = [(field, Value::from(500))];
        send(&mut office, ("site", PUBLIC), ("account.identified", who), &says);
        let taken = send(&mut office, ("crm", VOUCHED), ("form.submitted", ADA), &[]);
        let handoff = office.handoff(taken.handoff.expect("a handoff"));
        let decision = handoff.decision.as_ref().expect("decided");
        let codes: Vec<Code> = decision.reasons.iter().map(|reason| reason.code).collect();
        assert_eq!(codes.contains(&Code::FenceOnClaim), fenced, "{field} {codes:?}");
        assert_eq!(codes.contains(&Code::FenceFired), fenced, "{field} {codes:?}");
    }
    let territories = "territory,parent,country,region,postcode,employees,from,until,owner_or_pool\n\
                       nord,,DE,nord,,,,,bob\n";
    let routing = ROUTING.replace("{ person: account.owner }", "{ territory: territories.csv }");
    for (source, expected) in [(("crm", VOUCHED), "bob"), (("site", PUBLIC), "unassigned")] {
        let mut office = Office::with(&routing, &[("territories.csv", territories)]);
        let says =
            [("account.country", Value::from("DE")), ("account.region", Value::from("nord"))];
        send(&mut office, source, ("account.identified", who), &says);
        assert_eq!(asks(&mut office, ADA).0, expected, "{source:?}");
    }
}
