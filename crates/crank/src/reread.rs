//! Quarantine entries on the reading path: read again by whoever knows their format, completed with what a
//! person wrote, and checked by the contract that they are under. All that is still wrong is told at once.

use domain::fact::Raw;
use domain::reason::Code;
use domain::signal::{Content, Incoming, SourceName};
use domain::{Moment, NodeId, SignalId, Value};
use engine::arrived::amend;
use engine::identity::identifiers;
use engine::stages::contract::{Subject, faults, under};
use engine::state::AccountContext;
use rules::contract::Field;
use rules::strategy::Strategy;
use store::{EntryRow, Store};

use crate::crank::Crank;
use crate::entry_fault::{EntryFault, ReadEntry, Repair};
use crate::error::CrankError;

/// The signal of an entry that is none yet, for a check of what it would be.
const NO_SIGNAL: SignalId = SignalId::from_bytes([0; 10]);

/// Reads an entry's bytes again, with its repairs. Whoever knows the formats gives it.
pub type ReadAgain<'a, S> = &'a dyn Fn(&S, &EntryRow, &Raw) -> Result<ReadEntry, Vec<EntryFault>>;

impl<S: Store> Crank<S> {
    /// Reads an entry that never was a signal. What its format has no place for is put beside.
    pub(crate) fn read_entry(
        &self,
        row: &EntryRow,
        raw: &Raw,
        read_again: ReadAgain<'_, S>,
    ) -> Result<Incoming, Vec<EntryFault>> {
        if raw.cut {
            let says = "it was longer than what is kept; send it again from its source";
            return Err(vec![EntryFault::whole(Code::ItemTooLarge, says)]);
        }
        let ReadEntry { mut incoming, unplaced } = read_again(&self.store, row, raw)?;
        let strategy = self.strategies.in_force().map(|strategy| &**strategy);
        let contract = self.contracts.get(&row.source).map(|named| &**named);
        let types = Types { strategy, contract, source: &row.source };
        let mut faults = Vec::new();
        for (name, text) in &unplaced {
            let known = types.knows(&incoming.content, name);
            let put = if known {
                types.put(&mut incoming.content, name, text)
            } else {
                Err(Code::FieldUnknown)
            };
            if let Err(code) = put {
                faults.push(types.unfit(code, name));
            }
        }
        types.settle(&mut incoming.content, &raw.repairs);
        let address =
            identifiers(&row.source, &incoming.content).codes.contains(&Code::AddressUnreadable);
        if row.import.is_some() && address {
            let field = Some("email".to_owned());
            faults.push(EntryFault::of(Code::AddressUnreadable, field, &incoming.content));
        }
        if faults.is_empty() { Ok(incoming) } else { Err(faults) }
    }

    /// Puts what a person wrote into the content of an entry.
    pub(crate) fn amend(
        &self,
        source: &SourceName,
        content: &mut Content,
        repairs: &[Repair],
    ) -> Vec<EntryFault> {
        let strategy = self.strategies.in_force().map(|strategy| &**strategy);
        let contract = self.contracts.get(source).map(|named| &**named);
        let types = Types { strategy, contract, source };
        let put = |repair: &Repair| {
            let put = types.put(content, &repair.field, &repair.value);
            put.err().map(|code| types.unfit(code, &repair.field))
        };
        repairs.iter().filter_map(put).collect()
    }

    /// All that the contract would hold the content for, in the account of its person where they are
    /// known. Without a strategy in force nothing is asked.
    pub(crate) fn unmet(
        &mut self,
        source: &SourceName,
        content: &Content,
        at: (Option<NodeId>, Moment),
    ) -> Result<Vec<EntryFault>, CrankError> {
        let Some(strategy) = self.strategies.in_force().cloned() else { return Ok(Vec::new()) };
        let (node, accepted) = at;
        let node = match node {
            Some(node) => Some(node),
            None => self.known_node(source, content)?,
        };
        let place = node.map(|node| self.store.node(node)).transpose()?.flatten();
        let account = place.and_then(|row| row.pointer).map(|pointer| pointer.account);
        let contract = self.contracts.get(source).cloned();
        let known = match account {
            Some(account) => Some(self.accounts.get(&self.store, account)?),
            None => None,
        };
        let nobody = NodeId::from_bytes([0; 10]);
        let subject = Subject {
            signal: NO_SIGNAL,
            node: node.unwrap_or(nobody),
            source,
            accepted,
            content,
            contract: contract.as_deref(),
            repaired: true,
        };
        Ok(told(&strategy, known, &subject))
    }

    /// Whom the identifiers of a content lead to.
    fn known_node(
        &self,
        source: &SourceName,
        content: &Content,
    ) -> Result<Option<NodeId>, CrankError> {
        let rows = self.store.candidates(&identifiers(source, content).keys)?;
        Ok(rows.into_iter().flatten().map(|row| row.node).next())
    }
}

fn told(
    strategy: &Strategy,
    known: Option<AccountContext<'_>>,
    subject: &Subject<'_>,
) -> Vec<EntryFault> {
    let found = faults(strategy, known, subject);
    found.into_iter().map(|one| EntryFault::of(one.code, one.field, subject.content)).collect()
}

/// The types that the contract of a source's signals gives to what a person writes.
struct Types<'a> {
    strategy: Option<&'a Strategy>,
    contract: Option<&'a str>,
    source: &'a SourceName,
}

impl Types<'_> {
    fn put(&self, content: &mut Content, name: &str, text: &str) -> Result<(), Code> {
        let typed = self.field(content, name).and_then(|field| field.typed(text));
        amend(content, name, text, |_, _| typed)
    }

    /// What the contract says of a field.
    fn field(&self, content: &Content, name: &str) -> Option<&Field> {
        let subject = Subject {
            signal: NO_SIGNAL,
            node: NodeId::from_bytes([0; 10]),
            source: self.source,
            accepted: Moment::EPOCH,
            content,
            contract: self.contract,
            repaired: true,
        };
        let (_, contract) = under(self.strategy?, &subject)?;
        contract.object(&content.kind)?.field(name)
    }

    /// Whether a name means something beside what the format reads.
    fn knows(&self, content: &Content, name: &str) -> bool {
        let bare = name.strip_prefix("subject.").unwrap_or(name);
        name == "occurred"
            || domain::signal::IdentifierKind::named(bare).is_some()
            || content.fields.contains_key(name)
            || self.field(content, name).is_some()
    }

    /// Texts that a person wrote and that the format took as texts, as what the contract asks for. A
    /// repair names a field as its format does, as in `data.person.age` for `person.age`.
    fn settle(&self, content: &mut Content, repairs: &[(String, String)]) {
        for (place, text) in repairs {
            let is_there = |name: &str, value: &Value| {
                let named = place == name || place.ends_with(&format!(".{name}"));
                named && value.text() == Some(text.as_str())
            };
            let found = content.fields.iter().find(|(name, value)| is_there(name, value));
            let Some(name) = found.map(|(name, _)| name.to_string()) else { continue };
            let typed = self.field(content, &name).and_then(|field| field.typed(text));
            if let Some(value) = typed {
                content.fields.insert(name, value);
            }
        }
    }

    fn unfit(&self, code: Code, name: &str) -> EntryFault {
        if code == Code::FieldUnknown {
            let source = self.source;
            let says = format!(
                "neither the rows of `{source}` nor its contract have such a column or field (`{name}`)."
            );
            return EntryFault::unknown(name, says);
        }
        let says = format!("{} (`{name}`).", code.says().trim_end_matches('.'));
        EntryFault { code, field: Some(name.to_owned()), value: None, says }
    }
}
