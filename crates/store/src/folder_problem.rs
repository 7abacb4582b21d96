//! What can be wrong with a data folder, where, and what to do about it.

use domain::HandoffId;

use crate::error::StoreError;

/// Problems of one kind that are told one by one; the rest are counted.
const TOLD: usize = 20;

/// Something that is not as it must be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FolderProblem {
    /// What kind of damage; the name of its help page.
    pub code: &'static str,
    /// Where: a file, an entry, an id. Never personal data.
    pub place: String,
    /// What is wrong there.
    pub says: String,
    /// What to do.
    pub help: &'static str,
}

impl FolderProblem {
    /// A snapshot does not fold to what the journal folds to. Whoever folds finds it.
    pub fn of_snapshot(place: String) -> Self {
        let code = "store-snapshot-differs";
        let says = "what is folded from it is not what the whole journal folds to".to_owned();
        Self::new(code, place, says)
    }

    /// A handoff waits for something, and no timer is there for it. Where a fact says when it is due, the
    /// timer can be written anew.
    pub fn of_timer(handoff: HandoffId, waits_for: &str, is_said: bool) -> Self {
        let place = handoff.to_string();
        let (code, says) = if is_said {
            (
                "store-timer-missing",
                format!("it waits for {waits_for}, and no timer is there for it"),
            )
        } else {
            let says = "and neither a timer nor a fact says when that is";
            ("store-timer-unsaid", format!("it waits for {waits_for}, {says}"))
        };
        Self::new(code, place, says)
    }

    fn new(code: &'static str, place: String, says: String) -> Self {
        Self { code, place, says, help: help(code) }
    }
}

/// Collects problems, few of each kind.
#[derive(Debug, Default)]
pub(crate) struct FolderProblems {
    told: Vec<FolderProblem>,
    more: Vec<(&'static str, usize)>,
}

impl FolderProblems {
    pub(crate) fn tell(&mut self, code: &'static str, place: impl ToString, says: &str) {
        if self.told.iter().filter(|problem| problem.code == code).count() < TOLD {
            let (place, says) = (place.to_string(), says.to_owned());
            self.told.push(FolderProblem::new(code, place, says));
            return;
        }
        match self.more.iter_mut().find(|(known, _)| *known == code) {
            Some((_, count)) => *count += 1,
            None => self.more.push((code, 1)),
        }
    }

    /// Takes what a check came to. Damage that ended it is told instead of ending the whole
    /// examination; `None` then.
    pub(crate) fn note<T>(
        &mut self,
        place: &str,
        checked: Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        match checked {
            Ok(found) => Ok(Some(found)),
            Err(StoreError::Database(error)) if StoreError::is_damage_of(&error) => {
                self.tell("store-database-damaged", place, &error.to_string());
                Ok(None)
            }
            // Tables of before are brought up when a folder is opened, so that nothing should lack here.
            Err(StoreError::OlderTables) => {
                self.tell("store-database-damaged", place, &StoreError::OlderTables.to_string());
                Ok(None)
            }
            Err(error) if error.is_damage() => {
                self.tell(error.code(), place, &error.to_string());
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    pub(crate) fn finish(mut self) -> Vec<FolderProblem> {
        for (code, count) in self.more {
            let (place, says) = ("elsewhere".to_owned(), format!("{count} more of this kind"));
            self.told.push(FolderProblem::new(code, place, says));
        }
        self.told
    }
}

const RESTORE: &str = "Stop writing to the folder, keep a copy of it, and restore a backup.";
const AGAIN: &str = "The journal is whole, and these rows follow from it. Stop the server and write \
     them anew: `baton replay --dry-run` says what changes, `baton replay` does it.";

/// What to do about each kind of damage.
fn help(code: &str) -> &'static str {
    match code {
        "store-tail-lost" | "store-head-missing" => {
            "Restore a backup that reaches further, or go on from what is there with `baton doctor \
             go-on --from-head` and let sources send again what they sent since: their ids sort out \
             what is known."
        }
        "store-first-start" => {
            "Start it again: `baton serve`, `baton apply` or `baton key create` finish what was begun."
        }
        "store-master-key-wrong" => {
            "Nothing is lost. Look for the master key with the fingerprint that is told, where it was \
             kept apart from backups, and put it into `master.key` of the folder, with mode 600."
        }
        "store-timer-unsaid" => {
            "Give the handoff to somebody anew, or take it: then it has clocks of its own again. A backup \
             from before the timers were lost has them, too."
        }
        "store-newer" => "Use the newer version, or restore a backup that was made before it.",
        "store-erasure-revived" => {
            "Nothing more with this folder. Find out which copy was put back: copies of `keys.db` \
             from before an erasure can still open backups of `baton.db` from before it."
        }
        "store-handoff-differs"
        | "store-delivery-differs"
        | "store-timer-missing"
        | "store-timer-stray"
        | "store-aggregate-differs"
        | "store-force-differs"
        | "store-identifier-stray"
        | "store-inbox-stray"
        | "store-quarantine-differs" => AGAIN,
        "store-dedupe-missing" => {
            "Stop the server and restore a backup before the source sends again, or signals may be \
             accepted twice."
        }
        "store-time-fell" => {
            "Nothing is lost and nothing has to be done. An older version wrote this entry while the \
             clock was put back: read the order of what happened from the positions of entries."
        }
        "store-open-to-others" => {
            "Take the rights of others away: `chmod 700` for the folder, `chmod 600` for its files."
        }
        "store-erasure-unsettled" => {
            "Start the server once, or erase the person again: both finish it."
        }
        "store-erasure-incomplete" => {
            "Stop writing to the folder, keep a copy of it, and erase the person again; if the \
             finding stays, restore a backup and repeat the erasures since."
        }
        "store-snapshot-differs" => {
            "Nothing is lost: the journal is whole. Stop the server, drop all snapshots with `baton \
             replay`, and report it with this text."
        }
        _ => RESTORE,
    }
}
