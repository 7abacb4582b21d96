//! An entry reads as it was written, and a group that never was leaves no trace.

use domain::fact::{Aggregate, Entry, Fact, Header, SCHEMA, Sealed};
use domain::handoff::{Actor, State};
use domain::signal::{Content, Identifier, IdentifierKind, SourceName};
use domain::{AccountId, HandoffId, Moment, NodeId, SignalId, Value};

use super::{BLOCK_BYTES, Block, Journal, Line, Parts};

/// Enough for some blocks.
const MANY: u64 = 5_000;

/// Three of four entries are a node's, with what a signal says; the others an account's, with a note.
fn entry(position: u64) -> Entry {
    let number = position.to_be_bytes();
    let signal = SignalId::caused_by(&[&number]);
    let (aggregate, facts) = match position % 4 {
        0 => {
            let note = domain::fact::Note::new(format!("note {position}").into_bytes());
            let won = Fact::OutcomeRecorded {
                handoff: HandoffId::caused_by(&[&number]),
                outcome: State::Won,
                occurred: None,
                note: Some(Box::new(note)),
                by: None,
            };
            (Aggregate::Account(AccountId::caused_by(&[b"a"])), vec![won])
        }
        _ => (Aggregate::Node(NodeId::caused_by(&[b"n"])), vec![arrived(signal, position)]),
    };
    let header = Header {
        schema: SCHEMA,
        aggregate,
        moment: Moment(position as i64 * 1_000),
        actor: Actor::Source,
        correlation: Some(signal),
        strategy: None,
        engine: None,
    };
    Entry { header, facts }
}

fn arrived(signal: SignalId, position: u64) -> Fact {
    let value = format!("ada-{position}@example.com").into();
    let content = Content {
        kind: "form.submitted".into(),
        origin: "web".into(),
        source_id: position.to_string().into(),
        occurred: Some(Moment(position as i64)),
        subject: vec![Identifier { kind: IdentifierKind::Email, value, verified: true }],
        fields: [("path", Value::from("/pricing")), ("count", Value::from(7))].into(),
        vouched: None,
    };
    Fact::SignalArrived {
        signal,
        source: SourceName::new("web").expect("a name"),
        occurred: content.occurred,
        import: None,
        lead: Some(true),
        again: None,
        content: Some(Box::new(content)),
    }
}

fn push(journal: &mut Journal, position: u64) {
    let entry = &entry(position);
    let prev = position.saturating_sub(2);
    assert_eq!(journal.push(&Line { entry, prev, macs: &[], content: None }), position);
}

fn written() -> Journal {
    let mut journal = Journal::default();
    for group in 0..5 {
        journal.begin();
        for position in 1 + group * MANY / 5..=(group + 1) * MANY / 5 {
            push(&mut journal, position);
        }
        journal.commit();
    }
    journal
}

fn read(journal: &Journal, position: u64, parts: Parts) -> Entry {
    journal.entry(position, parts).expect("is there")
}

/// Whether some bytes lie anywhere.
fn holds(journal: &Journal, wanted: &[u8]) -> bool {
    let lies_in = |block: &Block| block.bytes.windows(wanted.len()).any(|bytes| bytes == wanted);
    journal.blocks.iter().any(lies_in)
}

#[track_caller]
fn check_as_written(journal: &Journal) {
    assert_eq!(journal.len(), MANY);
    assert!(
        journal.blocks.len() > 2 && journal.blocks.iter().all(|b| b.bytes.len() <= BLOCK_BYTES)
    );
    for position in 1..=MANY {
        assert_eq!(read(journal, position, Parts::All), entry(position));
        assert_eq!(journal.moment(position), Some(entry(position).header.moment));
        assert_eq!(journal.prev(position), (position > 2).then(|| position - 2));
    }
    assert!(journal.entry(0, Parts::All).is_none());
    assert!(journal.entry(MANY + 1, Parts::All).is_none());
}

#[test]
fn entries_read_as_they_were_written() {
    let journal = written();
    check_as_written(&journal);
    for position in 1..=MANY {
        let clear = read(&journal, position, Parts::Clear);
        assert!(clear.facts.iter().all(|fact| !fact.sealed().is_there()));
        assert_eq!(clear.header, entry(position).header);
    }
}

#[test]
fn what_a_group_took_out_and_wrote_is_back_when_it_fails() {
    let mut journal = written();
    journal.begin();
    for position in [1, 2, MANY - 1, 1] {
        journal.strip(position, &[0]);
        assert!(!read(&journal, position, Parts::All).facts[0].sealed().is_there());
    }
    for position in MANY + 1..=2 * MANY {
        push(&mut journal, position);
    }
    journal.roll_back();
    check_as_written(&journal);
}

#[test]
fn what_is_taken_out_is_nowhere_in_memory() {
    let mut journal = written();
    journal.begin();
    for position in [1, 2, MANY - 1] {
        journal.strip(position, &[0]);
    }
    journal.commit();
    for position in [1, 2, MANY - 1] {
        let stripped = read(&journal, position, Parts::All);
        assert!(matches!(stripped.facts[0].sealed(), Sealed::Content(None)));
        assert_eq!(journal.moment(position), Some(entry(position).header.moment));
    }
    assert_eq!(read(&journal, 3, Parts::All), entry(3));
    assert!(!holds(&journal, b"ada-1@example.com"));
    assert!(holds(&journal, b"ada-3@example.com"));
}
