//! A signal that was accepted and has not had its turn.

use std::sync::Arc;

use domain::fact::Again;
use domain::reason::Code;
use domain::signal::{Content, Identifier, IdentifierKind, SourceName};
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
    /// Where it is taken again, since an import was taken back: what was known of it before.
    pub again: Option<Again>,
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
            again: None,
        }
    }

    /// When it counts as known.
    pub fn as_of(&self, now: Moment) -> Moment {
        self.again.map_or(now, |again| again.accepted)
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

/// The same with all repairs in their places, each as the type that its contract asks for.
pub fn packed_repaired(node: Option<NodeId>, content: &Content) -> Vec<u8> {
    minicbor::to_vec((node, content, true)).expect("writing into memory does not fail")
}

/// What [`packed`] wrote, with what a person put in place of its fields; or what [`packed_repaired`]
/// wrote, which has it in its places.
pub fn unpacked(bytes: &[u8], repairs: &[(String, String)]) -> Option<(Option<NodeId>, Content)> {
    if let Ok((node, content, true)) = minicbor::decode(bytes) {
        return Some((node, content));
    }
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

/// Puts what a person wrote in place of what a signal says under a name, or beside it. `typed` makes of
/// it what the field's contract asks for. What kind of signal it is and where it came from are not theirs
/// to change.
pub fn amend(
    content: &mut Content,
    name: &str,
    text: &str,
    typed: impl FnOnce(&str, &str) -> Option<Value>,
) -> Result<(), Code> {
    let bare = name.strip_prefix("subject.");
    let is_field = bare.is_none() && content.fields.contains_key(name);
    let kind = IdentifierKind::named(bare.unwrap_or(name)).filter(|_| !is_field);
    match (kind, name) {
        (Some(kind), _) => identify(content, kind, text),
        (None, "kind" | "origin") => return Err(Code::FieldUnknown),
        (None, "occurred") => {
            let moment = text.trim().parse().map_err(|_| Code::TimeUnreadable)?;
            content.occurred = Some(moment);
        }
        (None, _) => {
            let value = typed(name, text).unwrap_or_else(|| Value::Text(text.into()));
            content.fields.insert(name.to_owned(), value);
        }
    }
    Ok(())
}

/// Says whose a signal is. What is added is as sure as all else that it says of whose it is.
fn identify(content: &mut Content, kind: IdentifierKind, text: &str) {
    let text = text.trim();
    if let Some(known) = content.subject.iter_mut().find(|known| known.kind == kind) {
        known.value = text.into();
        return;
    }
    let names = |known: &&Identifier| known.kind <= IdentifierKind::Cookie;
    let mut named = content.subject.iter().filter(names).peekable();
    let verified = named.peek().is_some() && named.all(|known| known.verified);
    content.subject.push(Identifier { kind, value: text.into(), verified });
    content.subject.sort_by_key(|known| known.kind);
}
