//! A story, played: its signals come at their moments, deliveries succeed without leaving, and
//! nobody accepts anything.

use std::sync::Arc;

use crank::{Crank, CrankError, Ids, IntakeItem, TurnReport, account_as_of};
use domain::Moment;
use domain::fact::{By, Mode, Raw};
use domain::signal::{Content, Incoming, SourceName};
use engine::arrived::packed;
use engine::event::Answer as Delivered;
use engine::state::Handoff;
use rules::{Files, Strategy};
use sha2::{Digest, Sha256};
use store::Read;
use store::memory::MemoryStore;

use super::read::{Act, Story};

/// The source of what a story tells.
const SOURCE: &str = "story";
/// How many timers or deliveries are taken at once.
const DUE: usize = 128;
/// How many things may happen at one instant before time moves on all the same.
const STEPS_MAX: u32 = 10_000;

/// How it ended.
pub(super) struct End {
    /// What was decided for the last signal; none where nothing got so far.
    pub(super) taken: Option<TurnReport>,
    /// The handoff that it began or found open.
    pub(super) handoff: Option<Handoff>,
}

pub(super) fn play(story: &Story, strategy: &Arc<Strategy>) -> Result<End, CrankError> {
    let begins = story.did.first().map_or(Moment::EPOCH, |act| act.at);
    let mut crank = Crank::open(MemoryStore::default(), Ids::Derived(strategy.seed))?;
    crank.begin()?;
    let mut told = Strategy::clone(strategy);
    told.sources.let_set_all(SOURCE);
    crank.apply(&Files::default(), Arc::new(told), Mode::Live, &By::Operator, begins)?;
    crank.commit()?;
    let mut now = begins;
    let mut taken = None;
    for (place, act) in story.did.iter().enumerate() {
        pass(&mut crank, &mut now, act.at)?;
        let incoming = incoming(story, act, place);
        let raw = || unread(&incoming);
        crank.begin()?;
        crank.accept(
            &IntakeItem::Signal { incoming: &incoming, raw: &raw, line: None },
            None,
            act.at,
        )?;
        taken = crank.turns(act.at, DUE)?.pop();
        crank.commit()?;
        pass(&mut crank, &mut now, act.at)?;
    }
    if let Some(at) = story.then.at {
        pass(&mut crank, &mut now, at)?;
    }
    let row = match taken.as_ref().and_then(|taken| taken.handoff) {
        Some(handoff) => crank.store().handoff(handoff)?,
        None => None,
    };
    let handoff = match row {
        Some(row) => {
            let account = account_as_of(crank.store(), row.account, None)?;
            account.known().handoff(row.handoff).map(|known| (**known).clone())
        }
        None => None,
    };
    Ok(End { taken, handoff })
}

/// Lets time pass up to a moment.
fn pass(crank: &mut Crank<MemoryStore>, now: &mut Moment, until: Moment) -> Result<(), CrankError> {
    for _ in 0..STEPS_MAX {
        let due = [crank.next_errand(*now)?, crank.next_timer(*now)?];
        let Some(due) = due.into_iter().flatten().min().filter(|due| *due <= until) else { break };
        *now = due.max(*now);
        crank.begin()?;
        for attempt in crank.claim(due, DUE)? {
            let delivered = Delivered::Delivered { status: None };
            crank.answered(attempt.message(), attempt.attempt, &delivered, due)?;
        }
        crank.fire_timers(due, DUE)?;
        crank.commit()?;
    }
    *now = until.max(*now);
    Ok(())
}

/// What is known from the beginning comes with the first signal.
fn incoming(story: &Story, act: &Act, place: usize) -> Incoming {
    let mut fields = act.fields.clone();
    if place == 0 {
        for (name, value) in &story.known {
            fields.insert(name.clone(), value.clone());
        }
    }
    let content = Content {
        kind: act.kind.as_str().into(),
        origin: "story".into(),
        source_id: place.to_string().as_str().into(),
        occurred: Some(act.at),
        subject: story.who.clone(),
        fields,
        // What a story knows is what its writer says.
        vouched: Some(true),
    };
    let body = Sha256::digest(packed(None, &content)).into();
    let source = SourceName::new(SOURCE).expect("a name of letters");
    Incoming { source, content, body }
}

/// The bytes of a signal that has to be kept apart.
fn unread(incoming: &Incoming) -> Raw {
    Raw {
        bytes: packed(None, &incoming.content),
        file: None,
        detail: String::new(),
        format: "signal".to_owned(),
        origin: incoming.content.origin.to_string(),
        source_id: Some(incoming.content.source_id.to_string()),
        cut: false,
        repairs: Vec::new(),
    }
}
