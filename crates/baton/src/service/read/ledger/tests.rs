use std::collections::BTreeMap;

use domain::fact::Fact;
use domain::handoff::MemberId;
use domain::reason::Code;
use domain::{HandoffId, Moment, Span};
use engine::desk::LEAD;

use super::{LedgerBook, LedgerChange, LedgerLine, changed};

fn member(name: &str) -> MemberId {
    MemberId(name.into())
}

fn turn(number: u8, pool: &str, chosen: &str, eligible: &[(&str, u32)]) -> Fact {
    Fact::TurnTaken {
        handoff: HandoffId::from_bytes([number; 10]),
        pool: Some(pool.to_owned()),
        member: member(chosen),
        eligible: eligible.iter().map(|(name, _)| member(name)).collect(),
        instead_of: None,
        weights: eligible.iter().map(|(_, weight)| *weight).collect(),
    }
}

/// The book of a member whose owed leads are these at the end, out of facts that come newest first.
fn book_of(who: &str, owed: i64, facts: &[Fact]) -> LedgerBook {
    let (mut book, mut after) = (LedgerBook::default(), BTreeMap::from([("de".to_owned(), owed)]));
    for (back, fact) in facts.iter().enumerate() {
        let at = Moment::EPOCH + Span::hours(100 - back as i64);
        let Some((pool, what, change)) = changed(fact, &member(who), at) else { continue };
        let known = after.entry(pool.to_owned()).or_default();
        let line = LedgerLine { at, pool: pool.to_owned(), what, change, after: *known };
        *known -= change;
        book.take(line);
    }
    book.before = after;
    book
}

#[test]
fn lines_add_up_to_what_is_owed() {
    let both = [("ann", 1_000), ("sam", 1_000)];
    let credit = Fact::CreditGiven {
        pool: "de".to_owned(),
        member: member("ann"),
        leads: 100,
        code: Code::BadData,
        by: None,
    };
    let facts = [
        turn(4, "de", "sam", &both),
        turn(3, "de", "sam", &both),
        credit,
        turn(2, "de", "ann", &both),
        turn(1, "de", "kim", &[("kim", 1)]),
    ];
    // Two shares of a half, one lead of credit, and a lead received for half a one.
    let owed = LEAD + LEAD - LEAD / 2;
    let book = book_of("ann", owed, &facts);
    let told: Vec<(i64, i64)> = book.lines.iter().map(|line| (line.change, line.after)).collect();
    assert_eq!(told, [(LEAD, owed), (LEAD, owed - LEAD), (-LEAD / 2, owed - 2 * LEAD)]);
    assert_eq!(book.before["de"], 0);
    let first = Moment::EPOCH + Span::hours(99);
    assert_eq!(book.lines[0].what, LedgerChange::Shares(2, first));
    assert_eq!(book.lines[1].what, LedgerChange::Credit(Code::BadData));
    assert_eq!(book.lines[2].what, LedgerChange::Received(HandoffId::from_bytes([2; 10])));
}

#[test]
fn who_is_named_and_not_chosen_in_turn_has_no_share() {
    let named = turn(1, "de", "ann", &[("sam", 1)]);
    let (_, what, change) = changed(&named, &member("ann"), Moment::EPOCH).expect("a line");
    assert_eq!((what, change), (LedgerChange::Received(HandoffId::from_bytes([1; 10])), -LEAD));
    assert!(changed(&named, &member("kim"), Moment::EPOCH).is_none());
}
