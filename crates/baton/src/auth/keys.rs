//! Who may ask for what: the credentials of the store and of the configuration, by their hash.

use std::collections::BTreeMap;

use domain::signal::SourceName;
use domain::{KeyId, Role, UserId};
use sha2::{Digest, Sha256};
use store::KeyRow;

use super::credential::Credential;
use crate::config::resolved::ServeConfig;

/// What a credential may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// Send signals.
    Ingest,
    /// Read accounts, handoffs, briefs and reasons.
    Read,
    /// Work handoffs.
    Work,
    /// Mend quarantine entries, erase people, and all of reading and working.
    Revops,
    /// What agents may.
    Agent,
    /// Read, to ask why.
    Audit,
    /// All that any key may do.
    Admin,
}

impl Scope {
    /// All of them, in order.
    pub const ALL: [Self; 7] =
        [Self::Ingest, Self::Read, Self::Work, Self::Revops, Self::Agent, Self::Audit, Self::Admin];

    /// The word on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ingest => "ingest",
            Self::Read => "read",
            Self::Work => "work",
            Self::Revops => "revops",
            Self::Agent => "agent",
            Self::Audit => "audit",
            Self::Admin => "admin",
        }
    }

    /// Reads the word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == word)
    }

    /// Whether a key of this scope may do what `wanted` asks for.
    pub const fn includes(self, wanted: Self) -> bool {
        match self {
            Self::Admin => true,
            Self::Revops => matches!(wanted, Self::Revops | Self::Work | Self::Read),
            Self::Work | Self::Audit | Self::Agent => {
                matches!(wanted, Self::Read) || self as u8 == wanted as u8
            }
            Self::Ingest | Self::Read => self as u8 == wanted as u8,
        }
    }
}

/// What somebody reads as. They may ask for less, never for more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReadsAs {
    /// The role, as `brief.yaml` has it.
    pub role: &'static str,
    /// Whether that role's purposes count; without, no personal data is read.
    pub for_purposes: bool,
}

impl ReadsAs {
    /// What a user reads as.
    const fn of_role(role: Role) -> Self {
        let for_purposes = match role {
            Role::Rep | Role::Manager | Role::Marketer | Role::Revops | Role::Auditor => true,
            // Figures alone; users, keys and settings alone.
            Role::Leader | Role::Admin => false,
        };
        Self { role: role.as_str(), for_purposes }
    }
}

impl Scope {
    /// What a user of a role may do.
    const fn of_role(role: Role) -> Self {
        match role {
            Role::Rep | Role::Manager => Self::Work,
            Role::Revops => Self::Revops,
            Role::Auditor => Self::Audit,
            // An administrator looks after users and keys, and works no handoffs.
            Role::Marketer | Role::Leader | Role::Admin => Self::Read,
        }
    }

    /// What a key of this scope reads as; nothing where it does not read.
    const fn reads_as(self) -> Option<ReadsAs> {
        let (role, for_purposes) = match self {
            Self::Revops => ("revops", true),
            // What a member's own place allows comes with policies: whoever works reads as a rep.
            Self::Work => ("rep", true),
            Self::Read | Self::Agent => ("rep", false),
            Self::Audit => ("auditor", false),
            Self::Admin => ("admin", false),
            Self::Ingest => return None,
        };
        Some(ReadsAs { role, for_purposes })
    }
}

/// Somebody who is known: the holder of a key, or a user who is signed in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Caller {
    /// How they are known.
    pub id: Credential,
    /// The member of the team as whom they act.
    pub member: Option<String>,
    scopes: Vec<Scope>,
    /// The role of a user; keys have none.
    role: Option<Role>,
    /// The source of what it ingests, where it says so.
    pub source: Option<SourceName>,
}

impl Caller {
    const fn with_key(
        key: KeyId,
        member: Option<String>,
        scopes: Vec<Scope>,
        source: Option<SourceName>,
    ) -> Self {
        Self { id: Credential::Key(key), member, scopes, role: None, source }
    }

    /// A user who is signed in: what they may do follows from their role.
    pub fn signed_in(user: UserId, role: Role, member: Option<String>) -> Self {
        let scopes = vec![Scope::of_role(role)];
        Self { id: Credential::User(user), member, scopes, role: Some(role), source: None }
    }

    /// What they read as: a user as their role, of several scopes of a key the one that reads most.
    pub fn reads_as(&self) -> Option<ReadsAs> {
        const MOST_FIRST: [Scope; 6] =
            [Scope::Revops, Scope::Work, Scope::Read, Scope::Agent, Scope::Audit, Scope::Admin];
        if let Some(role) = self.role {
            return Some(ReadsAs::of_role(role));
        }
        let scope = MOST_FIRST.into_iter().find(|scope| self.scopes.contains(scope))?;
        scope.reads_as()
    }

    /// Whether it may do this.
    pub fn may(&self, wanted: Scope) -> bool {
        self.scopes.iter().any(|scope| scope.includes(wanted))
    }
}

/// All credentials by the SHA-256 of their secret.
#[derive(Debug, Default)]
pub struct KeyTable(BTreeMap<[u8; 32], Caller>);

impl KeyTable {
    /// The credentials of the store that are not revoked, and those of the configuration.
    pub fn new(rows: &[KeyRow], config: &ServeConfig) -> Self {
        let mut table = BTreeMap::new();
        for row in rows.iter().filter(|row| row.revoked.is_none()) {
            let scopes = row.scopes.iter().filter_map(|word| Scope::named(word)).collect();
            let source = row.source.as_deref().map(SourceName::new).transpose();
            // Without its source it would be the key of every source: it opens nothing.
            let Ok(source) = source else { continue };
            let member = member_of(&row.scopes).map(str::to_owned);
            table.insert(row.hash, Caller::with_key(row.key, member, scopes, source));
        }
        for (name, source) in &config.sources {
            if let Some(credential) = &source.credential {
                let hash = hash(credential.reveal());
                let (key, scopes) = (KeyId::caused_by(&[&hash]), vec![Scope::Ingest]);
                table.insert(hash, Caller::with_key(key, None, scopes, Some(name.clone())));
            }
        }
        if let Some(demo) = &config.demo {
            let hash = hash("demo");
            let scopes = vec![Scope::Ingest, Scope::Revops];
            let (key, source) = (KeyId::caused_by(&[&hash]), Some(demo.source.clone()));
            table.insert(hash, Caller::with_key(key, None, scopes, source));
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
    let scopes = || words.iter().filter_map(|word| Scope::named(word));
    let may = |wanted| scopes().any(|scope| scope.includes(wanted));
    may(Scope::Work) && !may(Scope::Revops) && member_of(words).is_none()
}

/// What is kept of a secret.
pub fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}
