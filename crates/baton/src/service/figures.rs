//! Figures of handoffs, projected behind the journal: nobody who takes a turn waits for them.
//!
//! They lie in memory and follow from the journal alone. After a start they are folded again from its
//! beginning, beside everything else; until they are whole, whoever shows them says so.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard};

use counts::{HandoffCounts, RouteNames};
use crank::{StrategyCache, handoff_known};
use domain::fact::StrategyVersion;
use domain::{HandoffId, Moment};
use engine::as_of::AsOf;
use engine::names::Names as _;
use store::{Position, Read, StoreError, Stored};

/// Entries that are read at once.
const STRIDE: usize = 2_000;
/// The longest name of a campaign or asset that is kept, in characters: it is outside text.
const NAME_CHARS_MAX: usize = 80;

/// How much is done at one go.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Strides of entries.
    strides: usize,
    /// Handoffs whose campaign is read.
    origins: usize,
}

impl Effort {
    /// For whoever waits for a page.
    pub const PAGE: Self = Self { strides: 10, origins: 40 };
    /// Beside everything else.
    pub const BESIDE: Self = Self { strides: 4, origins: 100 };
}

/// How far the figures are behind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Lag {
    /// Entries of the journal that are not counted.
    pub entries: u64,
    /// Entries that there are.
    pub of: u64,
    /// Handoffs whose campaign and asset are not read.
    pub origins: u64,
}

impl Lag {
    /// Whether nothing is left to do.
    pub const fn is_none(self) -> bool {
        self.entries == 0 && self.origins == 0
    }
}

/// Figures of handoffs.
#[derive(Debug, Default)]
pub struct Figures {
    counts: RwLock<HandoffCounts>,
    /// One at a time follows the journal.
    following: Mutex<()>,
    head: AtomicU64,
}

impl Figures {
    /// What is counted so far.
    pub fn read(&self) -> RwLockReadGuard<'_, HandoffCounts> {
        self.counts.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// How far they are behind what was seen of the journal last.
    pub fn lag(&self) -> Lag {
        let counts = self.read();
        let of = self.head.load(Ordering::Acquire);
        Lag {
            entries: of.saturating_sub(counts.position()),
            of,
            origins: counts.unread_count() as u64,
        }
    }

    /// Takes in what the journal says since, as far as the effort reaches.
    pub fn follow(
        &self,
        reader: &impl Read,
        strategies: &Mutex<StrategyCache>,
        effort: Effort,
    ) -> Result<Lag, StoreError> {
        let _alone = self.following.lock().unwrap_or_else(PoisonError::into_inner);
        let head = reader.head()?.position.0;
        self.head.fetch_max(head, Ordering::AcqRel);
        let routes = KeptRoutes { reader, strategies };
        for _ in 0..effort.strides {
            let from = self.read().position();
            if from >= head {
                break;
            }
            let (entries, end) = stride(reader, from, head);
            let mut counts = self.counts.write().unwrap_or_else(PoisonError::into_inner);
            for stored in &entries {
                counts.take(stored.position.0, &stored.entry, &routes);
            }
            counts.passed(end);
        }
        let unread = self.read().unread_origins(effort.origins);
        for (handoff, opened) in unread {
            // Of an account that cannot be read nothing is told, here as elsewhere; `doctor` names it.
            let (campaign, asset) = origin(reader, handoff, opened).unwrap_or_default();
            let mut counts = self.counts.write().unwrap_or_else(PoisonError::into_inner);
            counts.tell_origin(handoff, &campaign, &asset);
        }
        Ok(self.lag())
    }
}

/// Entries behind a position, and how far they reach. One that is damaged holds up no figure: it is passed
/// over, and `doctor` names it.
fn stride(reader: &impl Read, from: u64, head: u64) -> (Vec<Stored>, u64) {
    if let Ok(entries) = reader.journal(Position(from), STRIDE, None) {
        let end = entries.last().map_or(head, |last| last.position.0);
        return (entries, end);
    }
    let end = head.min(from + STRIDE as u64);
    let one = |position| reader.at(Position(position), None).ok().flatten();
    ((from + 1..=end).filter_map(one).collect(), end)
}

/// Names of routes out of the strategies that are kept.
struct KeptRoutes<'a, R> {
    reader: &'a R,
    strategies: &'a Mutex<StrategyCache>,
}

impl<R: Read> RouteNames for KeptRoutes<'_, R> {
    fn route(&self, strategy: Option<StrategyVersion>, place: u16) -> Option<String> {
        let mut cache = self.strategies.lock().unwrap_or_else(PoisonError::into_inner);
        let strategy = cache.readable(self.reader, strategy?).ok()??;
        strategy.route(place).map(str::to_owned)
    }
}

/// The campaign and the asset that a handoff came from: the newest that a signal of its person named, as
/// things were known when it began. Empty where none did.
fn origin(
    reader: &impl Read,
    handoff: HandoffId,
    opened: Moment,
) -> Result<(String, String), StoreError> {
    let Ok(found) = handoff_known(reader, handoff, AsOf::Moment(opened))? else {
        return Ok(<_>::default());
    };
    let (known, account) = (found.get(), found.get().account());
    let (mut campaign, mut asset) = (None, None);
    for node in account.nodes_of(known.person()) {
        for touch in node.touchpoints.iter() {
            for (newest, field) in [(&mut campaign, "campaign"), (&mut asset, "asset")] {
                let named = touch.fields.get(field).and_then(|value| value.text());
                let Some(named) = named.filter(|named| !named.trim().is_empty()) else { continue };
                if newest.as_ref().is_none_or(|(at, _)| *at <= touch.moment) {
                    *newest = Some((touch.moment, short(named)));
                }
            }
        }
    }
    let name = |newest: Option<(Moment, String)>| newest.map(|(_, name)| name).unwrap_or_default();
    Ok((name(campaign), name(asset)))
}

/// A name without what would break a line, and no longer than it may be.
fn short(name: &str) -> String {
    let plain = name.trim().chars().map(|one| if one.is_control() { ' ' } else { one });
    plain.take(NAME_CHARS_MAX).collect()
}
