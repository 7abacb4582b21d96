//! Reading a part of all handoffs: the part is a condition of the question, so that pages are full and counts
//! are right.

use std::fmt::Write as _;

use domain::handoff::Owner;
use domain::id::{ID_BYTES, Prefix};
use domain::{AccountId, HandoffId};
use rusqlite::params_from_iter;
use rusqlite::types::Value;

use super::read::{handoff_row, owner_kind, page};
use super::reader::Reader;
use super::session::HasSession;
use crate::current::{Cursor, HandoffFilter, HandoffRow, Page};
use crate::error::StoreError;
use crate::traits::Read;
use crate::within::Within;

/// What a condition holds of, and the values of its parameters in their order.
type Condition = (String, Vec<Value>);

impl Reader {
    /// Handoffs of a part, newest first.
    pub fn handoffs_within(
        &self,
        within: &Within,
        filter: &HandoffFilter,
        cursor: Option<Cursor>,
        limit: usize,
    ) -> Result<Page<HandoffRow>, StoreError> {
        let (mut conditions, mut values) = condition(within);
        if let Some(state) = filter.state {
            conditions.push_str(" AND state = ?");
            values.push(Value::Integer(state as i64));
        }
        if let Some(owner) = &filter.owner {
            conditions.push_str(" AND owner_kind = ? AND owner = ?");
            values.push(Value::Integer(owner_kind(owner)));
            values.push(Value::Text(owner.id().to_owned()));
        }
        if let Some(cursor) = cursor {
            conditions.push_str(" AND n < ?");
            values.push(Value::Integer(i64::try_from(cursor.0).unwrap_or(i64::MAX)));
        }
        values.push(Value::Integer(limit as i64 + 1));
        let sql = format!(
            "SELECT n, id, account, person, node, kind, state, owner_kind, owner, version, opened, \
             changed, accept_by, first_touch_by, correlation, qualify_by FROM handoffs \
             WHERE {conditions} ORDER BY n DESC LIMIT ?"
        );
        let mut statement = self.session()?.db.prepare_cached(&sql)?;
        let rows = statement.query_map(params_from_iter(values), handoff_row)?;
        Ok(page(rows.collect::<Result<Vec<_>, _>>()?, limit))
    }

    /// All handoffs of a part.
    pub fn handoff_ids_within(&self, within: &Within) -> Result<Vec<HandoffId>, StoreError> {
        let (conditions, values) = condition(within);
        let sql = format!("SELECT id FROM handoffs WHERE {conditions}");
        Ok(self.ids(&sql, values)?.into_iter().map(HandoffId::from_bytes).collect())
    }

    /// Whether a handoff is in a part.
    pub fn is_handoff_within(
        &self,
        within: &Within,
        handoff: HandoffId,
    ) -> Result<bool, StoreError> {
        let Some(row) = self.handoff(handoff)? else { return Ok(false) };
        let is_nobodys = match row.owner {
            Owner::Queue(_) => within.of_queues,
            Owner::Engine => within.waiting,
            Owner::Person(_) => false,
        };
        if is_nobodys {
            return Ok(true);
        }
        let (members, mut values) = listed(within);
        values.push(Value::Blob(handoff.bytes().to_vec()));
        self.is_there(
            &format!("SELECT 1 FROM handoff_members WHERE member IN ({members}) AND handoff = ?"),
            values,
        )
    }

    /// Whether a handoff of a part is at an account.
    pub fn is_account_within(
        &self,
        within: &Within,
        account: AccountId,
    ) -> Result<bool, StoreError> {
        let (conditions, mut values) = condition(within);
        values.push(Value::Blob(account.bytes().to_vec()));
        self.is_there(&format!("SELECT 1 FROM handoffs WHERE {conditions} AND account = ?"), values)
    }

    /// Handoffs of a part whose id begins so.
    pub fn handoffs_matching_within(
        &self,
        within: &Within,
        prefix: &Prefix,
        limit: usize,
    ) -> Result<Vec<HandoffId>, StoreError> {
        let found = self.matching_column("id", within, prefix, limit)?;
        Ok(found.into_iter().map(HandoffId::from_bytes).collect())
    }

    /// Accounts whose id begins so, at which a handoff of a part is.
    pub fn accounts_matching_within(
        &self,
        within: &Within,
        prefix: &Prefix,
        limit: usize,
    ) -> Result<Vec<AccountId>, StoreError> {
        let found = self.matching_column("account", within, prefix, limit)?;
        Ok(found.into_iter().map(AccountId::from_bytes).collect())
    }

    fn matching_column(
        &self,
        column: &str,
        within: &Within,
        (first, last): &Prefix,
        limit: usize,
    ) -> Result<Vec<[u8; ID_BYTES]>, StoreError> {
        let (conditions, mut values) = condition(within);
        values.extend([first, last].map(|end| Value::Blob(end.to_vec())));
        values.push(Value::Integer(limit as i64));
        let sql = format!(
            "SELECT DISTINCT {column} FROM handoffs WHERE {conditions} AND {column} BETWEEN ? AND ? \
             ORDER BY {column} LIMIT ?"
        );
        self.ids(&sql, values)
    }

    fn ids(&self, sql: &str, values: Vec<Value>) -> Result<Vec<[u8; ID_BYTES]>, StoreError> {
        let mut statement = self.session()?.db.prepare_cached(sql)?;
        let ids = statement.query_map(params_from_iter(values), |row| row.get(0))?;
        Ok(ids.collect::<Result<Vec<_>, _>>()?)
    }

    fn is_there(&self, sql: &str, values: Vec<Value>) -> Result<bool, StoreError> {
        Ok(self.session()?.db.prepare_cached(sql)?.exists(params_from_iter(values))?)
    }
}

/// That a handoff is in a part.
fn condition(within: &Within) -> Condition {
    let (members, values) = listed(within);
    let mut says =
        format!("(id IN (SELECT handoff FROM handoff_members WHERE member IN ({members}))");
    for (is_in, owner_kind) in [(within.waiting, 0), (within.of_queues, 2)] {
        if is_in {
            let _ = write!(says, " OR owner_kind = {owner_kind}");
        }
    }
    says.push(')');
    (says, values)
}

/// A place for each member, and the members.
fn listed(within: &Within) -> Condition {
    let places = vec!["?"; within.members.len()].join(", ");
    let members = within.members.iter().map(|member| Value::Text(member.0.to_string()));
    (places, members.collect())
}
