//! One at a time, stopped by whoever asks, and never left as running.

use std::ops::ControlFlow;
use std::sync::Arc;

use domain::{KeyId, Moment};
use rehearsal::history::Progress;

use super::{KEPT_MAX, RehearsalPlan, Rehearsals};
use crate::auth::credential::Credential;
use crate::local::refusal::Refusal;

const HALF: Progress = Progress::Playing { rows: 5, of: 10 };

fn plan() -> RehearsalPlan {
    RehearsalPlan {
        strategy: "draft-1".to_owned(),
        against: Some("live".to_owned()),
        over: "leads.csv".to_owned(),
        behaviour: "prompt",
        by: Credential::Key(KeyId::from_bytes([1; 10])),
    }
}

#[test]
fn one_is_played_at_a_time_and_stops_when_it_is_told() {
    let rehearsals = Arc::new(Rehearsals::default());
    let first = rehearsals.begin(plan(), Moment(1)).expect("nobody plays");
    let id = first.id().to_owned();
    rehearsals.begin(plan(), Moment(2)).expect_err("one is under way");
    assert_eq!(first.tell(HALF), ControlFlow::Continue(()));
    assert_eq!(rehearsals.find(&id).expect("known").progress, Some(HALF));
    rehearsals.stop("another");
    assert_eq!(first.tell(HALF), ControlFlow::Continue(()));
    rehearsals.stop(&id);
    assert_eq!(first.tell(HALF), ControlFlow::Break(()));
    first.end(Err(Refusal::unable("rehearsal-stopped", "it was stopped")), Moment(3));
    let known = rehearsals.find(&id).expect("known");
    assert_eq!(
        (known.ended, known.failed.expect("why").code.as_str()),
        (Some(Moment(3)), "rehearsal-stopped")
    );
    // One whose thread went away is over, too, and the next may begin.
    drop(rehearsals.begin(plan(), Moment(4)).expect("nobody plays"));
    for moment in 5..30 {
        drop(rehearsals.begin(plan(), Moment(moment)).expect("nobody plays"));
    }
    assert_eq!(rehearsals.list().len(), KEPT_MAX);
    assert_eq!(rehearsals.list()[0].started, Moment(29));
}
