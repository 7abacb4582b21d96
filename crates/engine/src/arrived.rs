//! A signal that was accepted and has not had its turn.

use std::sync::Arc;

use domain::signal::{Content, SourceName};
use domain::{Moment, NodeId, SignalId, Text};

use crate::identity::{Identified, identifiers};

/// A signal that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// Our id of it.
    pub signal: SignalId,
    /// The node that it is sealed to.
    pub node: NodeId,
    /// The configured source.
    pub source: SourceName,
    /// When we knew.
    pub accepted: Moment,
    /// What it says.
    pub content: Arc<Content>,
    /// Whose it says that it is, in its one form.
    pub identified: Identified,
    /// The contract that its source is configured to keep: an id or a name; else its kind decides.
    pub contract: Option<Text>,
    /// Whether a person repaired it after it was held.
    pub repaired: bool,
}

impl Arrived {
    /// A signal as it was accepted.
    pub fn accepted(
        signal: SignalId,
        node: NodeId,
        source: SourceName,
        accepted: Moment,
        content: Content,
    ) -> Self {
        let identified = identifiers(&source, &content);
        Self {
            signal,
            node,
            source,
            accepted,
            content: Arc::new(content),
            identified,
            contract: None,
            repaired: false,
        }
    }
}
