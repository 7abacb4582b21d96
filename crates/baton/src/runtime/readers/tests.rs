//! Questions are answered beside the keeper, so many at a time, and refused beyond what may wait.

use std::sync::mpsc;
use std::sync::{Arc, Mutex};

use store::chance::Chance;
use store::sqlite::SqliteStore;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use super::{FOLDS_MAX, FOLDS_WAITING, LOOK_UPS, Readers, Reading, Unread};

/// More questions than may run and wait.
const MANY: usize = FOLDS_MAX + FOLDS_WAITING + LOOK_UPS.running + LOOK_UPS.waiting + 50;

type Asked = JoinHandle<Result<usize, Unread>>;

/// Asks many questions that are answered when the sender is dropped.
fn ask_many(
    runtime: &Runtime,
    readers: &Readers,
    reading: Reading,
) -> (mpsc::Sender<()>, Vec<Asked>) {
    let (open, gate) = mpsc::channel::<()>();
    let gate = Arc::new(Mutex::new(gate));
    let one = |n| {
        let (readers, gate) = (readers.clone(), Arc::clone(&gate));
        runtime.spawn(async move {
            let question = move |_: &_| {
                let _ = gate.lock().expect("nobody panics").recv();
                Ok(n)
            };
            readers.ask(reading, question).await
        })
    };
    let asked = (0..MANY).map(one).collect();
    (open, asked)
}

/// How many were answered and how many were refused.
fn ended(runtime: &Runtime, asked: Vec<Asked>) -> (usize, usize) {
    let (mut answered, mut busy) = (0, 0);
    for one in asked {
        match runtime.block_on(one).expect("ends") {
            Ok(_) => answered += 1,
            Err(Unread::Busy) => busy += 1,
            Err(Unread::Store(error)) => panic!("{error}"),
        }
    }
    (answered, busy)
}

#[test]
fn found_h4_questions_beyond_what_may_wait_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let _store = SqliteStore::open(&data, Chance::system()).unwrap();
    let runtime = Runtime::new().unwrap();
    let readers = Readers::new(data);
    let (open, folds) = ask_many(&runtime, &readers, Reading::Fold);
    // What is refused ends at once, while all that may run still does.
    let refused = |asked: &[Asked]| asked.iter().filter(|one| one.is_finished()).count();
    let lane = &readers.folds;
    while refused(&folds) + lane.running() + FOLDS_WAITING < MANY {
        std::thread::yield_now();
    }
    let looked = runtime.block_on(readers.ask(Reading::LookUp, |_| Ok(7)));
    assert!(matches!(looked, Ok(7)), "folds hold up nothing that is found without a search");
    drop(open);
    let (answered, busy) = ended(&runtime, folds);
    assert_eq!(answered, lane.running() + FOLDS_WAITING);
    assert_eq!(busy, MANY - answered);

    let (open, look_ups) = ask_many(&runtime, &readers, Reading::LookUp);
    let most = LOOK_UPS.running + LOOK_UPS.waiting;
    while refused(&look_ups) + most < MANY {
        std::thread::yield_now();
    }
    drop(open);
    assert_eq!(ended(&runtime, look_ups), (most, MANY - most));
    let again = runtime.block_on(readers.ask(Reading::Fold, |_| Ok(3)));
    assert!(matches!(again, Ok(3)), "places are given back");
}
