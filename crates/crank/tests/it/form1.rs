//! What a program of form 1 left in the outbox goes out once its folder is migrated.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crank::{Crank, Ids};
use domain::handoff::DeliveryState;
use engine::event::Answer;
use store::Read;
use store::chance::Chance;
use store::sqlite::{DATABASE, KEYS, MASTER_KEY, SECOND_HEAD, SqliteStore, migrate};

use crate::office::{delivery_of, handoff_of};

#[test]
fn open_deliveries_of_a_folder_of_form_1_leave_after_the_migration() {
    let home = tempfile::tempdir().expect("a folder");
    let path = home.path().join("data");
    fs::create_dir(&path).expect("makes it");
    fs::set_permissions(&path, Permissions::from_mode(0o700)).expect("ours");
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../store/tests/golden/folder-1");
    for name in [DATABASE, KEYS, MASTER_KEY, SECOND_HEAD] {
        fs::copy(golden.join(name), path.join(name)).expect("copies");
        fs::set_permissions(path.join(name), Permissions::from_mode(0o600)).expect("ours");
    }
    migrate::migrate(&path, false, Chance::seeded(1), &mut |_| {}).expect("migrates");
    let store = SqliteStore::open(&path, Chance::seeded(2)).expect("opens");
    let waiting = store.outbox_count().expect("counts");
    assert!(waiting > 0, "deliveries were open");
    let mut crank = Crank::open(store, Ids::Derived(7)).expect("opens");
    let now = domain::Moment::from_seconds(4_000_000_000);
    let claimed = crank.take_claims(now, 100).expect("claims");
    assert_eq!(claimed.len() as u64, waiting);
    for attempt in &claimed {
        let (delivery, handoff) = (delivery_of(&attempt.row), handoff_of(&mut crank, &attempt.row));
        let body = String::from_utf8(attempt.body.clone()).expect("JSON");
        assert!(body.contains(&delivery.to_string()) && body.contains(&handoff.to_string()));
        let answer = Answer::Delivered { status: Some(200) };
        let answered =
            crank.grouped(|crank| crank.answered(delivery, attempt.attempt, &answer, now));
        answered.expect("commits").expect("is taken in");
        let row = crank.store().handoff(handoff).expect("reads").expect("is there");
        let known = crank.account(row.account).expect("folds");
        let state = known.handoff(handoff).and_then(|known| known.delivery(delivery));
        assert_eq!(state.map(|known| known.state), Some(DeliveryState::Delivered));
    }
}
