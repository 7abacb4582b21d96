//! The account cache is bounded by what it says that accounts take: that is what the allocator holds.

use domain::fact::Aggregate;
use domain::signal::IdentifierKind::{Cookie, Email, ExternalId};
use domain::{AccountId, Span, Value};
use engine::event::{Answer, Deed};

use crate::office::Office;

/// Accounts of a kind, so that one odd allocation makes no difference.
const ACCOUNTS: usize = 24;

/// A kind of account, and what happens at the company with a number.
type Kind = (&'static str, fn(&mut Office, usize));

const KINDS: [Kind; 6] = [
    ("a visitor of one page", |office, n| pages(office, n, 1)),
    ("a visitor of forty pages", |office, n| pages(office, n, 40)),
    ("a contact out of a list", |office, n| record(office, n, 0)),
    ("a company of nine people", |office, n| (0..9).for_each(|person| record(office, n, person))),
    ("a lead that was handed over", lead),
    ("a hub of 1,500 touches", |office, n| {
        if n < 3 {
            pages(office, n, 1_500);
        }
    }),
];

fn pages(office: &mut Office, n: usize, many: usize) {
    let cookie = format!("visitor-{n:06}");
    for page in 0..many {
        let path = format!("/docs/section-{}/page-{page}", page % 7);
        let fields = [("path", Value::from(&*path)), ("title", "A title of some length".into())];
        let signal = office.signal("page.viewed", &[(Cookie, &cookie)], &fields);
        office.send(signal);
        office.later(Span::SECOND);
    }
}

fn record(office: &mut Office, n: usize, person: usize) {
    let (id, mail) = (format!("C-{n:05}-{person}"), address(n, person));
    let fields = [
        ("person.first_name", "Nolan".into()),
        ("person.last_name", "Eastlake".into()),
        ("person.title", "Head of Marketing Operations".into()),
        ("account.name", format!("Moorwell {n}").as_str().into()),
        ("account.country", "US".into()),
        ("account.industry", "energy".into()),
        ("account.employees", Value::Integer(268)),
        ("consent.email", true.into()),
    ];
    let subject = [(ExternalId, id.as_str()), (Email, mail.as_str())];
    let signal = office.signal("contact.created", &subject, &fields);
    office.send(signal);
    office.later(Span::SECOND);
}

fn lead(office: &mut Office, n: usize) {
    record(office, n, 0);
    let mail = address(n, 0);
    let report = office.does("form.submitted", &[(Email, &mail)]);
    let handoff = report.handoff.expect("a form is a lead");
    office.deliver(|_| Answer::Delivered { status: Some(200) });
    office.act(handoff, Deed::Accept { note: None, member: None, by: None });
    office.later(Span::SECOND);
}

fn address(n: usize, person: usize) -> String {
    format!("person-{person}@company-{n}.com")
}

/// What the accounts of a kind take, in bytes.
struct Weighed {
    /// As the allocator counts it.
    counted: f64,
    /// As the cache says it once they are loaded.
    says: f64,
    /// As the cache said it when they had grown in it.
    live: f64,
}

fn weighed((_, happens): Kind) -> Weighed {
    let mut office = Office::open();
    (0..ACCOUNTS).for_each(|n| happens(&mut office, n));
    let headers = office.entries().into_iter().map(|stored| stored.entry.header.aggregate);
    let mut accounts: Vec<AccountId> = headers
        .filter_map(|aggregate| match aggregate {
            Aggregate::Account(account) => Some(account),
            Aggregate::Node(_)
            | Aggregate::Desk
            | Aggregate::Registry
            | Aggregate::Quarantine
            | Aggregate::Governance => None,
        })
        .collect();
    accounts.sort_unstable();
    accounts.dedup();
    let live = office.crank.accounts_bytes();
    // All but the first are let go of. It comes first, so that what is made once is there.
    let (first, others) = accounts.split_first().expect("somebody was there");
    office.crank.bound_accounts(0);
    office.crank.account(*first).expect("folds");
    office.crank.bound_accounts(usize::MAX);
    let before = office.crank.accounts_bytes();
    let counted = allocation_counter::measure(|| {
        for account in others {
            office.crank.account(*account).expect("folds");
        }
    });
    Weighed {
        counted: counted.bytes_current as f64,
        says: (office.crank.accounts_bytes() - before) as f64,
        live: live as f64 * others.len() as f64 / accounts.len() as f64,
    }
}

#[test]
fn found_h2_accounts_take_what_the_cache_says() {
    let mut wrong = Vec::new();
    for kind in KINDS {
        let Weighed { counted, says, live } = weighed(kind);
        let (loaded, grown) = (says / counted, live / counted);
        println!("{}: {counted} bytes, told {loaded:.2} times so many, grown {grown:.2}", kind.0);
        // Of what grows a quarter is guessed, and its lists keep more room than those that are loaded.
        if !(0.8..=1.25).contains(&loaded) || !(0.75..=1.5).contains(&grown) {
            wrong.push((kind.0, loaded, grown));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}
