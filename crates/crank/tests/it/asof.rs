//! What was known then: a journal cut at a moment folds to the context of that moment.

use domain::signal::IdentifierKind::{Cookie, Email};
use domain::{Span, Value};
use store::Read;

use crate::office::Office;

#[test]
fn a_context_as_of_a_moment_is_that_of_a_run_that_ended_there() {
    let mut whole = Office::open();
    let mut cut = Office::open();
    for step in 0..40i64 {
        for (at, office) in [&mut whole, &mut cut].into_iter().enumerate() {
            if at == 1 && step >= 25 {
                continue;
            }
            office.later(Span::minutes(7));
            let who = format!("p{}@acme.com", step % 3);
            let cookie = format!("c{}", step % 5);
            let subject = match step % 4 {
                0 => vec![(Cookie, cookie.as_str())],
                1 => vec![(Email, who.as_str()), (Cookie, cookie.as_str())],
                _ => vec![(Email, who.as_str())],
            };
            let kind = if step % 6 == 5 { "form.submitted" } else { "page.viewed" };
            let employees = Value::Integer(step * 100);
            let signal = office.signal(kind, &subject, &[("account.employees", employees)]);
            office.send(signal);
        }
    }
    let until = cut.now;
    let accounts: Vec<_> = cut
        .crank
        .store()
        .journal(store::Position::START, 10_000, None)
        .expect("memory")
        .into_iter()
        .filter_map(|stored| {
            let domain::fact::Aggregate::Account(account) = stored.entry.header.aggregate else {
                return None;
            };
            Some(account)
        })
        .collect();
    assert!(accounts.len() > 10);
    let mut changed = 0;
    for account in accounts {
        let then = crank::account_as_of(whole.crank.store(), account, Some(until)).expect("memory");
        let was = crank::account_as_of(cut.crank.store(), account, None).expect("memory");
        assert_eq!(then, was);
        let now = crank::account_as_of(whole.crank.store(), account, None).expect("memory");
        changed += usize::from(now != was);
    }
    assert!(changed > 0, "the later signals changed nothing, so this proves nothing");
}
