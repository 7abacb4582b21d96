//! The journal as a history to be rehearsed: the signals of the last days, as they were accepted.

use std::collections::BTreeSet;

use domain::fact::Fact;
use domain::signal::{Incoming, SourceName};
use domain::{Moment, Text};
use rehearsal::history::History;
use sha2::{Digest, Sha256};
use store::sqlite::Reader;
use store::{Position, Purpose, Read, StoreError};

/// Entries that are read at once.
const PAGE: u64 = 4_096;
/// What such a history is called.
const NAME: &str = "the journal";

/// The signals that came since a moment, at most so many, the newest. A lead is a signal of a kind by which a
/// handoff began in that time.
pub fn journal_history(store: &Reader, since: Moment, most: usize) -> Result<History, StoreError> {
    let (mut signals, mut beginnings) = (Vec::new(), BTreeSet::new());
    let mut end = store.head()?.position.0;
    'pages: while end > 0 {
        let begin = end.saturating_sub(PAGE);
        let page = store.journal(Position(begin), (end - begin) as usize, Some(&Purpose::VIEW))?;
        for stored in page.into_iter().rev().filter(|stored| stored.position.0 <= end) {
            let moment = stored.entry.header.moment;
            if moment < since || signals.len() >= most {
                break 'pages;
            }
            for fact in stored.entry.facts {
                if let Fact::HandoffProposed { signal, .. } = fact {
                    beginnings.insert(signal);
                } else if let Fact::SignalArrived {
                    signal, source, content: Some(content), ..
                } = fact
                {
                    let mut content = *content;
                    // What says no time happened when we knew of it.
                    content.occurred.get_or_insert(moment);
                    signals.push((signal, source, content));
                }
            }
        }
        end = begin;
    }
    let leads: BTreeSet<Text> = signals
        .iter()
        .filter(|(signal, ..)| beginnings.contains(signal))
        .map(|(_, _, content)| content.kind.clone())
        .collect();
    let source = signals.first().map(|(_, source, _)| source.clone());
    let source = source.unwrap_or_else(|| SourceName::new("journal").expect("a name of letters"));
    let rows = signals.into_iter().rev().map(|(signal, source, content)| {
        let lead = leads.contains(&content.kind);
        // Each was accepted once: whatever it says, it is another one than the others.
        let body = Sha256::digest(signal.bytes()).into();
        (Incoming { source, content, body }, lead)
    });
    Ok(History::of_signals(source, NAME, rows))
}
