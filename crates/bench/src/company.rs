//! The company of the benches: the strategy of `examples/strategies/acme`, its 50 reps, and 20,000
//! people in 5,000 companies whose lives depend on their numbers alone.

use std::path::Path;

use domain::signal::{Content, Identifier, IdentifierKind, Incoming, SourceName};
use domain::{Moment, Span, Value};
use rules::{Files, Strategy, compile};

use crate::lead::lead_of;

/// How many people there are.
pub(crate) const PEOPLE: usize = 20_000;
/// How many companies they work at.
pub(crate) const COMPANIES: usize = 5_000;
/// Signals of each person before the one that is measured.
pub(crate) const BEFORE: usize = 6;

/// A Monday at 14:00 UTC, when Berlin, London and New York are at work.
pub(crate) const MONDAY: Moment = Moment::from_seconds(1_773_669_600);

/// Handoffs that begin on one day.
pub(crate) const A_DAY: usize = 500;

/// The caps of the example keep 50 reps from drowning. Here all leads come within weeks and nobody
/// works them off, so that the caps are looked at as before and never reached.
const CAPS: [(&str, &str); 3] = [
    ("caps: { day: 12, open: 40 }", "caps: { day: 12000, open: 40000 }"),
    ("caps: { day: 20, open: 60 }", "caps: { day: 20000, open: 60000 }"),
    ("caps: { day: 40, open: 150 }", "caps: { day: 40000, open: 150000 }"),
];

const TITLES: [&str; 6] =
    ["CFO", "Plant manager", "Head of Procurement", "Engineer", "VP Operations", "Intern"];
const PATHS: [&str; 5] =
    ["/pricing", "/", "/product/planning", "/pricing/enterprise", "/blog/2026"];

/// The strategy's files.
pub(crate) fn files() -> Files {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/strategies/acme");
    let mut files = Files::default();
    read(&root, "", &mut files);
    let routing = files.0.get_mut("routing.yaml").expect("the example has routes");
    let mut text = String::from_utf8(std::mem::take(routing)).expect("the example is text");
    for (from, to) in CAPS {
        assert!(text.contains(from), "the example's caps are others now");
        text = text.replace(from, to);
    }
    *routing = text.into_bytes();
    files
}

/// The strategy of some files.
pub(crate) fn strategy(files: &Files) -> Strategy {
    let compiled = compile(files);
    let said: Vec<_> = compiled.diagnostics.list().iter().map(|one| one.message.clone()).collect();
    compiled.strategy.unwrap_or_else(|| panic!("the strategy has errors: {said:#?}"))
}

fn read(folder: &Path, prefix: &str, files: &mut Files) {
    for entry in std::fs::read_dir(folder).expect("the example is there") {
        let entry = entry.expect("the example can be read");
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().expect("the example can be read").is_dir() {
            read(&entry.path(), &format!("{name}/"), files);
        } else {
            files.0.insert(name, std::fs::read(entry.path()).expect("the example can be read"));
        }
    }
}

/// When the signal that makes a handoff of a person arrives.
pub(crate) fn asks_at(person: usize) -> Moment {
    let day = person / A_DAY;
    let (week, weekday) = (day / 5, day % 5);
    MONDAY + Span::days((7 * week + weekday) as i64) + Span::ms((person % A_DAY) as i64 * 2_000)
}

/// What a person did before: the CRM has them, they came by, read a mail, took something along.
pub(crate) fn before(person: usize, at: usize) -> (Incoming, Moment) {
    let when = asks_at(person) - Span::days((BEFORE - at) as i64) + Span::minutes(at as i64);
    let id = format!("b-{person}-{at}");
    let mut signal = match at {
        0 => signal("contact.created", "crm", &id, person, when, false),
        2 => signal("email.clicked", "mail", &id, person, when, false),
        4 => signal("asset.downloaded", "web", &id, person, when, true),
        _ => signal("page.viewed", "web", &id, person, when, true),
    };
    let fields = &mut signal.content.fields;
    match at {
        0 => {
            for (name, value) in profile(person) {
                fields.insert(name.to_owned(), value);
            }
            // Who may not be written to yet is not handed over by their score alone.
            fields.remove("consent.email");
            fields.insert("account.stage".to_owned(), "prospect".into());
        }
        2 => {
            fields.insert("mailing".to_owned(), "spring-letter".into());
        }
        4 => {
            fields.insert("asset".to_owned(), "planning-guide.pdf".into());
        }
        _ => {
            fields.insert("path".to_owned(), PATHS[(person + at) % PATHS.len()].into());
        }
    }
    (signal, when)
}

/// The signal that makes a handoff: they ask for a quote.
pub(crate) fn asks(person: usize) -> (Incoming, Moment) {
    let when = asks_at(person);
    let mut signal = signal("form.quote", "web", &format!("q-{person}"), person, when, true);
    let fields = &mut signal.content.fields;
    for (name, value) in profile(person) {
        fields.insert(name.to_owned(), value);
    }
    fields.insert("message".to_owned(), "We would like an offer for three sites.".into());
    fields.insert("timing".to_owned(), "this quarter".into());
    (signal, when)
}

/// A visit of somebody, as most signals of a history are.
pub(crate) fn visits(person: usize, number: usize, when: Moment) -> Incoming {
    let id = format!("v-{number}");
    let (kind, field, value) = match number % 8 {
        0 => ("email.opened", "mailing", "spring-letter"),
        1 => ("email.clicked", "mailing", "spring-letter"),
        2 => ("asset.downloaded", "asset", "planning-guide.pdf"),
        _ => ("page.viewed", "path", PATHS[number % PATHS.len()]),
    };
    let mut signal = signal(kind, "web", &id, person, when, true);
    signal.content.fields.insert(field, value.into());
    signal
}

fn profile(person: usize) -> Vec<(&'static str, Value)> {
    let company = person % COMPANIES;
    let at = lead_of(company);
    vec![
        ("person.first_name", Value::Text(format!("First{}", person % 977).into())),
        ("person.last_name", Value::Text(format!("Last{person}").into())),
        ("person.title", TITLES[person % TITLES.len()].into()),
        ("account.name", Value::Text(format!("Company {company}").into())),
        ("account.industry", at.industry.into()),
        ("account.country", at.country.into()),
        ("account.employees", Value::Integer(at.employees)),
        ("consent.email", Value::Boolean(true)),
    ]
}

fn signal(
    kind: &str,
    source: &str,
    id: &str,
    person: usize,
    when: Moment,
    browser: bool,
) -> Incoming {
    let identifier = |kind, value: &str| Identifier { kind, value: value.into(), verified: true };
    let company = person % COMPANIES;
    let address = format!("person{person}@company{company}.example");
    let mut subject = vec![identifier(IdentifierKind::Email, &address)];
    if browser {
        subject.push(identifier(IdentifierKind::Cookie, &format!("browser-{person}")));
    }
    let content = Content {
        kind: kind.into(),
        origin: format!("{source}.acme.example").into(),
        source_id: id.into(),
        occurred: Some(when),
        subject,
        fields: domain::Fields::new(),
        vouched: Some(true),
    };
    let mut body = [0; 32];
    for (to, from) in body.iter_mut().zip(id.bytes().rev()) {
        *to = from;
    }
    Incoming { source: SourceName::new(source).expect("a name"), content, body }
}
