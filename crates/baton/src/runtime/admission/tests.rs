//! What waits is bound by what is decided, in shares, and nobody is refused for nothing.

use std::sync::Arc;
use std::time::Duration;

use super::{Admission, IMPORT_SIGNALS_MIN, Lane, SHARE_BYTES_MAX};

/// What may wait before anything was measured: four seconds of five hundred.
const BURST: u64 = 2_000;
const SECOND: Duration = Duration::from_secs(1);

fn in_force() -> Arc<Admission> {
    let admission = Arc::new(Admission::default());
    admission.stands(0, true);
    admission
}

/// Offers signals one by one, and tells how many were let in.
fn offer(admission: &Arc<Admission>, lane: Lane, signals: u64) -> u64 {
    let mut count = 0;
    for _ in 0..signals {
        let Ok(admitted) = admission.admit(lane, 1, 300) else { break };
        admitted.accepted(1);
        count += 1;
    }
    count
}

#[test]
fn found_h3_what_waits_for_its_turn_counts_until_it_is_decided() {
    let admission = in_force();
    assert_eq!(offer(&admission, Lane::Live, 1_000_000), BURST, "a burst");
    assert!(admission.check().is_err());
    admission.decided(500, 1, SECOND);
    assert_eq!(offer(&admission, Lane::Live, 1_000_000), 500, "as many as were decided");
    // What was accepted is what waits, however it was asked for.
    admission.decided(BURST as usize, 1, SECOND);
    let admitted = admission.admit(Lane::Live, 1_000, 300_000).unwrap();
    assert_eq!(admission.waiting().0, 0, "not yet accepted");
    admitted.accepted(10);
    assert_eq!(admission.waiting().0, 10);
    let dropped = admission.admit(Lane::Live, 1_000, 300_000).unwrap();
    drop(dropped);
    assert_eq!(admission.waiting().0, 10);
    assert!(admission.check().is_ok());
}

#[test]
fn found_h3_five_times_what_is_decided_is_bound_by_what_is_decided() {
    for a_second in [200, 3_000, 20_000] {
        let admission = in_force();
        let (mut accepted, mut refused) = (0, 0);
        for _ in 0..120 {
            for _ in 0..5 * a_second / 100 {
                match admission.admit(Lane::Live, 100, 30_000) {
                    Ok(admitted) => {
                        admitted.accepted(100);
                        accepted += 100;
                    }
                    Err(full) => {
                        assert!((1..=20).contains(&full.retry_after), "{full:?}");
                        refused += 1;
                    }
                }
            }
            admission.decided(a_second, 1, SECOND);
        }
        let decided = 120 * a_second as u64;
        let waiting = admission.waiting().0;
        assert!(refused > 0 && accepted <= decided + waiting, "{a_second}: {accepted}");
        assert!(accepted >= decided * 9 / 10, "{a_second}: nobody is refused for nothing");
        let seconds = waiting as f64 / a_second as f64;
        assert!(seconds <= 10.0, "{a_second}: {seconds} s after the end all is decided");
    }
}

#[test]
fn found_h3_what_waits_is_bound_in_bytes_too() {
    let admission = in_force();
    let mut bytes = 0;
    while let Ok(admitted) = admission.admit(Lane::Live, 4, 800_000) {
        admitted.accepted(4);
        bytes += 800_000;
    }
    assert!(bytes <= SHARE_BYTES_MAX && bytes > SHARE_BYTES_MAX / 2, "{bytes}");
    // Fast enough that bytes alone are the bound.
    admission.decided(40, 1, SECOND / 100);
    let admitted = admission.admit(Lane::Live, 40, 8_000_000);
    assert!(admitted.is_ok());
    assert!(admission.admit(Lane::Live, 4, 800_000).is_err(), "the bytes are used up again");
}

#[test]
fn found_h3_imports_and_live_signals_have_shares_of_their_own() {
    let admission = in_force();
    assert_eq!(offer(&admission, Lane::Import, 1_000_000), IMPORT_SIGNALS_MIN);
    assert_eq!(offer(&admission, Lane::Live, 1_000_000), BURST, "an import in the way");
    assert!(admission.admit(Lane::Import, 1, 1).is_err());
    // The import is first in line.
    admission.decided(100, 1, SECOND);
    assert_eq!(offer(&admission, Lane::Live, 1_000), 0);
    assert_eq!(offer(&admission, Lane::Import, 1_000), 100, "live signals in the way");
}

#[test]
fn found_h3_without_a_strategy_only_the_disk_is_the_bound() {
    let admission = Arc::new(Admission::default());
    admission.stands(0, false);
    assert_eq!(offer(&admission, Lane::Live, 20_000), 20_000);
    assert!(admission.check().is_ok());
    // A strategy is applied: what was kept is nobody's share, and the wait is told as it is.
    admission.stands(20_000, true);
    assert_eq!(offer(&admission, Lane::Live, 1_000_000), BURST);
    let full = admission.check().unwrap_err();
    assert!((40..=50).contains(&full.retry_after), "22,000 at 500 a second: {full:?}");
}

#[test]
fn what_is_larger_than_all_room_comes_in_alone() {
    let admission = in_force();
    let large = admission.admit(Lane::Live, 10_000, 3_000_000).unwrap();
    assert!(admission.admit(Lane::Live, 1, 1).is_err());
    large.accepted(10_000);
    admission.decided(9_000, 1, 20 * SECOND);
    assert!(admission.admit(Lane::Live, 10_000, 1).is_err());
    admission.decided(1_000, 1, SECOND);
    assert!(admission.admit(Lane::Live, 10_000, 1).is_ok());
}

#[test]
fn the_store_has_the_last_word() {
    let admission = in_force();
    offer(&admission, Lane::Live, 100);
    admission.stands(40, true);
    assert_eq!(admission.waiting().0, 40, "some were settled in another way");
    admission.stands(1_000_000, true);
    assert_eq!(admission.waiting().0, 1_000_000, "released ones came in between");
    assert!(admission.check().is_ok(), "they are nobody's share");
    admission.stands(0, true);
    assert_eq!(admission.waiting().0, 0);
    assert_eq!(offer(&admission, Lane::Live, 1_000_000), BURST);
}

#[tokio::test]
async fn rows_of_an_import_wait_for_room() {
    let admission = in_force();
    offer(&admission, Lane::Import, IMPORT_SIGNALS_MIN);
    let waits = tokio::spawn({
        let admission = Arc::clone(&admission);
        async move { admission.admit_rows(800, 100_000).await.accepted(800) }
    });
    tokio::task::yield_now().await;
    assert!(!waits.is_finished());
    admission.decided(800, 1, SECOND);
    waits.await.unwrap();
    assert_eq!(admission.waiting().0, IMPORT_SIGNALS_MIN);
}
