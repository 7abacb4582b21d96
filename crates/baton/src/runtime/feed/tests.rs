use domain::KeyId;
use store::Position;

use super::*;
use crate::runtime::clock;

fn changed(at: u64, handoff: u8, version: u64) -> HandoffChanged {
    HandoffChanged { at: Position(at), handoff: HandoffId::from_bytes([handoff; 10]), version }
}

fn watermarks(batch: &Batch) -> Vec<u64> {
    batch.events.iter().map(|event| event.watermark).collect()
}

#[test]
fn whoever_looks_on_is_given_what_changes_from_then_on() {
    let feed = Feed::default();
    feed.begin(40);
    feed.tell(&[changed(41, 1, 1)], clock::tick());
    let (from, has_missed) = feed.resume(None);
    assert!(!has_missed);
    assert_eq!(
        feed.after(from),
        Batch { events: vec![], has_missed: false, next: 1, watermark: 41 }
    );
    feed.tell(&[changed(42, 2, 1), changed(42, 1, 2)], clock::tick());
    let batch = feed.after(from);
    assert_eq!((watermarks(&batch), batch.next, batch.watermark), (vec![42, 42], 3, 42));
    assert!(feed.after(batch.next).events.is_empty());
}

#[test]
fn a_stream_that_was_cut_goes_on_and_no_event_of_a_turn_is_lost() {
    let feed = Feed::default();
    feed.begin(10);
    feed.tell(
        &[changed(11, 1, 1), changed(12, 1, 2), changed(12, 2, 5), changed(13, 3, 1)],
        clock::tick(),
    );
    // Cut between the two events of a turn: both come again.
    let (from, has_missed) = feed.resume(Some(12));
    assert!(!has_missed);
    assert_eq!(watermarks(&feed.after(from)), [12, 12, 13]);
    assert_eq!(watermarks(&feed.after(feed.resume(Some(13)).0)), [13]);
    // Somebody who looked on before the server started again, and missed nothing.
    assert_eq!(feed.resume(Some(10)), (0, false));
    // And somebody who did.
    assert_eq!(feed.resume(Some(9)), (0, true));
}

#[test]
fn more_than_is_kept_or_given_at_a_time_is_told_as_missed() {
    let feed = Feed::default();
    let (from, _) = feed.resume(None);
    let many: Vec<HandoffChanged> = (1..=BATCH_MAX).map(|at| changed(at, 1, at)).collect();
    feed.tell(&many, clock::tick());
    assert_eq!(feed.after(from).events.len(), many.len());
    feed.tell(&[changed(BATCH_MAX + 1, 1, 1)], clock::tick());
    let batch = feed.after(from);
    assert!(batch.has_missed && batch.events.is_empty());
    assert_eq!((batch.next, batch.watermark), (BATCH_MAX + 1, BATCH_MAX + 1));
    // Events that fell out of the ring are gone for whoever stood before them.
    let flood: Vec<HandoffChanged> =
        (1..=EVENTS_MAX as u64 + 7).map(|at| changed(500 + at, 2, at)).collect();
    feed.tell(&flood, clock::tick());
    assert!(feed.resume(Some(1)).1 && feed.after(from).has_missed);
    assert!(!feed.resume(Some(507)).1, "all that came after it is there");
    assert!(feed.resume(Some(506)).1);
}

#[test]
fn one_reader_takes_so_many_streams_and_all_together_so_many() {
    let feed = Feed::default();
    let key = |number: u16| {
        let mut id = [0; 10];
        id[..2].copy_from_slice(&number.to_be_bytes());
        Credential::Key(KeyId::from_bytes(id))
    };
    let own: Vec<_> =
        std::iter::from_fn(|| feed.place(key(0))).take(STREAMS_OF_ONE_MAX + 1).collect();
    assert_eq!(own.len(), STREAMS_OF_ONE_MAX);
    let others: Vec<_> = (1..=1_000).map_while(|number| feed.place(key(number))).collect();
    assert_eq!(own.len() + others.len(), STREAMS_MAX);
    drop(own);
    assert!(feed.place(key(0)).is_some(), "a place that is left is free");
}

#[test]
fn streams_end_with_the_server() {
    let feed = Feed::default();
    let told = feed.subscribe();
    feed.tell(&[changed(1, 1, 1)], clock::tick());
    assert_eq!(*told.borrow(), Some(1));
    feed.close();
    feed.tell(&[changed(2, 1, 2)], clock::tick());
    assert_eq!(*told.borrow(), None);
}
