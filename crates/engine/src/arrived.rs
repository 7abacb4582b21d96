//! A signal that was accepted and has not had its turn.

use std::sync::Arc;

use domain::signal::{Content, SourceName};
use domain::{Moment, NodeId, SignalId, Text, Value};
use rules::lists::MailLists;

use crate::identity::{Identified, identifiers, identifiers_with};

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
    pub identified: Arc<Identified>,
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
        let identified = Arc::new(identifiers(&source, &content));
        Self::identified(signal, node, source, accepted, content, identified)
    }

    /// The same, of which it is known whose it says that it is.
    pub fn identified(
        signal: SignalId,
        node: NodeId,
        source: SourceName,
        accepted: Moment,
        content: Content,
        identified: Arc<Identified>,
    ) -> Self {
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

    /// The same where the strategy has lists of domains of its own: where its company is, and what is
    /// said of its address, follow from them, too.
    #[must_use]
    pub fn judged_by(&self, mail: &MailLists) -> Self {
        let judged = identifiers_with(&self.source, &self.content, mail);
        // Which node it is sealed to was said when it was accepted.
        let keys = self.identified.keys.clone();
        Self { identified: Arc::new(Identified { keys, ..judged }), ..self.clone() }
    }
}

/// A signal's content as bytes, for a quarantine entry, with its node where it was accepted.
pub fn packed(node: Option<NodeId>, content: &Content) -> Vec<u8> {
    minicbor::to_vec((node, content)).expect("writing into memory does not fail")
}

/// What [`packed`] wrote, with what a person put in place of its fields.
pub fn unpacked(bytes: &[u8], repairs: &[(String, String)]) -> Option<(Option<NodeId>, Content)> {
    let (node, mut content): (Option<NodeId>, Content) = minicbor::decode(bytes).ok()?;
    for (field, value) in repairs {
        let subject = content
            .subject
            .iter_mut()
            .find(|known| field.strip_prefix("subject.").unwrap_or(field) == known.kind.name());
        match subject {
            Some(identifier) => identifier.value = value.into(),
            None => {
                content.fields.insert(field.clone(), Value::Text(value.into()));
            }
        }
    }
    Some((node, content))
}
