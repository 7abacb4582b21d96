//! Who may ask for what: the credentials of the store and of the configuration, by their hash.

use std::collections::BTreeMap;

use domain::signal::SourceName;
use domain::{KeyId, Role, UserId};
use sha2::{Digest, Sha256};
use store::KeyRow;

use super::action::{Action, Resource};
use super::credential::Credential;
use super::grants::{DataClass, Grants};
use super::policies::table::PolicyTable;
use super::scope::{ActsAs, Scope};
use crate::config::resolved::ServeConfig;

/// What somebody reads as. They may ask for less, never for more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReadsAs {
    /// The role, as `brief.yaml` has it.
    pub role: &'static str,
    /// Whether that role's purposes count; without, no personal data is read.
    pub for_purposes: bool,
    /// Whether they see figures, and nothing of a handoff.
    pub figures_alone: bool,
}

/// The role in `brief.yaml` that a key of a scope reads as; none where it does not read.
const fn role_of(scope: Scope) -> Option<&'static str> {
    match scope {
        Scope::Revops => Some("revops"),
        Scope::Work | Scope::Read | Scope::Agent => Some("rep"),
        Scope::Audit => Some("auditor"),
        Scope::Admin => Some("admin"),
        Scope::Ingest => None,
    }
}

/// The scopes that say what a key may. One that works reads what its member sees: `read` and `agent` add nothing to
/// that, and would have it see all handoffs.
fn granting(scopes: &[Scope]) -> Vec<Scope> {
    const SEES_ALL: [Scope; 3] = [Scope::Revops, Scope::Audit, Scope::Admin];
    let works = scopes.contains(&Scope::Work);
    let is_narrow = works && !SEES_ALL.iter().any(|scope| scopes.contains(scope));
    let adds = |scope: &Scope| !is_narrow || !matches!(scope, Scope::Read | Scope::Agent);
    scopes.iter().copied().filter(adds).collect()
}

/// Somebody who is known: the holder of a key, or a user who is signed in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Caller {
    /// How they are known.
    pub id: Credential,
    /// The member of the team as whom they act.
    pub member: Option<String>,
    /// The role that they read as; none where they do not read.
    reads_as: Option<&'static str>,
    grants: Grants,
    /// The source of what it ingests, where it says so.
    pub source: Option<SourceName>,
}

impl Caller {
    fn with_key(
        key: KeyId,
        member: Option<String>,
        scopes: &[Scope],
        source: Option<SourceName>,
        policies: &PolicyTable,
    ) -> Self {
        const MOST_FIRST: [Scope; 6] =
            [Scope::Revops, Scope::Work, Scope::Read, Scope::Agent, Scope::Audit, Scope::Admin];
        let reads = MOST_FIRST.into_iter().find(|scope| scopes.contains(scope));
        let (reads_as, grants) = (reads.and_then(role_of), policies.scopes(&granting(scopes)));
        Self { id: Credential::Key(key), member, reads_as, grants, source }
    }

    /// A user who is signed in.
    pub const fn signed_in(
        user: UserId,
        role: Role,
        member: Option<String>,
        grants: Grants,
    ) -> Self {
        let reads_as = Some(role.as_str());
        Self { id: Credential::User(user), member, reads_as, grants, source: None }
    }

    /// What they read as: a user as their role, of several scopes of a key the one that reads most.
    pub fn reads_as(&self) -> Option<ReadsAs> {
        let role = self.reads_as?;
        Some(ReadsAs {
            role,
            for_purposes: self.grants.are_told(DataClass::Personal),
            figures_alone: !self.grants.are_told(DataClass::Records),
        })
    }

    /// What they may.
    pub const fn grants(&self) -> &Grants {
        &self.grants
    }

    /// Whether they may do this to anything at all.
    pub fn may(&self, action: Action) -> bool {
        self.grants.may(action)
    }

    /// Whether they may do anything at all to a handoff.
    pub fn works(&self) -> bool {
        let to_handoffs = |action: &Action| {
            action.resource() == Resource::Handoff && *action != Action::SeeHandoff
        };
        Action::ALL.iter().copied().filter(to_handoffs).any(|action| self.may(action))
    }
}

/// All credentials by the SHA-256 of their secret.
#[derive(Debug, Default)]
pub struct KeyTable(BTreeMap<[u8; 32], Caller>);

impl KeyTable {
    /// The credentials of the store that are not revoked, and those of the configuration.
    pub fn new(rows: &[KeyRow], config: &ServeConfig, policies: &PolicyTable) -> Self {
        let mut table = BTreeMap::new();
        for row in rows.iter().filter(|row| row.revoked.is_none()) {
            let scopes: Vec<Scope> =
                row.scopes.iter().filter_map(|word| Scope::named(word)).collect();
            let source = row.source.as_deref().map(SourceName::new).transpose();
            // Without its source it would be the key of every source: it opens nothing.
            let Ok(source) = source else { continue };
            let member = member_of(&row.scopes).map(str::to_owned);
            let caller = Caller::with_key(row.key, member, &scopes, source, policies);
            table.insert(row.hash, caller);
        }
        for (name, source) in &config.sources {
            if let Some(credential) = &source.credential {
                let hash = hash(credential.reveal());
                let (key, source) = (KeyId::caused_by(&[&hash]), Some(name.clone()));
                let caller = Caller::with_key(key, None, &[Scope::Ingest], source, policies);
                table.insert(hash, caller);
            }
        }
        if let Some(demo) = &config.demo {
            let hash = hash("demo");
            let scopes = [Scope::Ingest, Scope::Revops];
            let (key, source) = (KeyId::caused_by(&[&hash]), Some(demo.source.clone()));
            table.insert(hash, Caller::with_key(key, None, &scopes, source, policies));
        }
        Self(table)
    }

    /// Whose secret this is. The table is searched by a hash, so that time tells nothing of it.
    pub fn caller(&self, secret: &str) -> Option<&Caller> {
        self.0.get(&hash(secret))
    }
}

/// Before the id of a member, among the words that a key is kept with.
const MEMBER: &str = "member:";

/// The word that says whose key it is.
pub fn member_word(member: &str) -> String {
    format!("{MEMBER}{member}")
}

/// Whose key it is, by the words that it is kept with. What it is called says nothing.
pub fn member_of(words: &[String]) -> Option<&str> {
    words.iter().find_map(|word| word.strip_prefix(MEMBER))
}

/// Whether a key with these words may work handoffs and names nobody who does: it was made before keys had
/// members, and acts no more. Who acts for others needs no member.
pub fn acts_as_nobody(words: &[String]) -> bool {
    let mut acts = words.iter().filter_map(|word| Scope::named(word)?.acts()).peekable();
    acts.peek().is_some() && !acts.any(|acts| acts == ActsAs::Anybody) && member_of(words).is_none()
}

/// What is kept of a secret.
pub fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}
