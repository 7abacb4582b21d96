//! A question in Cedar's words: who asks, for what, and how it stands to them.

use std::iter;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityTypeName, EntityUid, Request,
    RestrictedExpression, Schema,
};
use domain::Role;

use super::checked::{Policies, PolicyFault};
use crate::auth::action::{Action, Resource};
use crate::auth::grants::{Answer, DataClass, Purpose};
use crate::auth::scope::Scope;

/// Who asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    /// What they are, for the policies.
    pub kind: AskedKind,
    /// Who they are in the team.
    pub member: Option<String>,
    /// Their team.
    pub team: Option<String>,
}

/// What somebody who asks is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AskedKind {
    /// Somebody of a role, who is signed in.
    User(Role),
    /// A key with these scopes.
    Key(Vec<Scope>),
}

/// To whom the resource of a question belongs, or which member it is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Owned {
    /// The member; none where it belongs to nobody yet.
    pub owner: Option<String>,
    /// The pool in which it waits.
    pub pool: Option<String>,
}

/// Asks Cedar.
#[derive(Debug)]
pub struct Questions<'p> {
    policies: &'p Policies,
    authorizer: Authorizer,
    /// The members, each with what they are in: whoever they report to, teams, pools.
    members: Vec<Entity>,
}

/// What a member is in.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Memberships {
    /// Whoever they report to.
    pub manager: Option<String>,
    /// Their team.
    pub team: Option<String>,
    /// The pools whose leads they may take.
    pub pools: Vec<String>,
}

impl<'p> Questions<'p> {
    /// Questions under these policies in this team.
    pub fn new<'m>(
        policies: &'p Policies,
        team: impl IntoIterator<Item = (&'m str, &'m Memberships)>,
    ) -> Self {
        let member = |(id, of): (&str, &Memberships)| {
            let manager = of.manager.iter().map(|manager| uid("Member", manager));
            let team = of.team.iter().map(|team| uid("Team", team));
            let pools = of.pools.iter().map(|pool| uid("Pool", pool));
            Entity::new_no_attrs(uid("Member", id), manager.chain(team).chain(pools).collect())
        };
        let members = team.into_iter().map(member).collect();
        Self { policies, authorizer: Authorizer::new(), members }
    }

    /// Whether somebody may do something to what belongs to somebody.
    pub fn ask(&self, who: &Asked, action: Action, to: &Owned) -> Result<Answer, PolicyFault> {
        let resource = match action.resource() {
            Resource::House => Entity::new_no_attrs(uid("House", "house"), iter::empty().collect()),
            Resource::Handoff => {
                let owner = to.owner.iter().map(|owner| ("owner", uid("Member", owner)));
                let pool = to.pool.iter().map(|pool| ("pool", uid("Pool", pool)));
                entity(uid("Handoff", "one"), owner.chain(pool), iter::empty())
            }
            Resource::Member => {
                let member = to.owner.as_deref().unwrap_or_default();
                let known = self.members.iter().find(|known| known.uid() == uid("Member", member));
                known.cloned().unwrap_or_else(|| {
                    Entity::new_no_attrs(uid("Member", member), iter::empty().collect())
                })
            }
        };
        self.answered(who, action, resource, Context::empty())
    }

    /// Whether somebody is told data of a class for a purpose.
    pub fn disclose(
        &self,
        who: &Asked,
        class: DataClass,
        purpose: Purpose,
    ) -> Result<Answer, PolicyFault> {
        let told = |name, uid| (String::from(name), RestrictedExpression::new_entity_uid(uid));
        let context = Context::from_pairs([
            told("class", uid("DataClass", class.as_str())),
            told("purpose", uid("Purpose", purpose.as_str())),
        ]);
        let context = context.expect("two names that differ");
        let house = Entity::new_no_attrs(uid("House", "house"), iter::empty().collect());
        self.answered(who, Action::Disclose, house, context)
    }

    fn answered(
        &self,
        who: &Asked,
        action: Action,
        resource: Entity,
        context: Context,
    ) -> Result<Answer, PolicyFault> {
        let schema = &self.policies.schema;
        let (asks, of) = (principal(who), resource.uid());
        let fault = |says: String| PolicyFault {
            file: "schema.cedarschema".to_owned(),
            line: None,
            says: format!("`{}`: {says}", action.as_str()),
        };
        let verb = uid("Action", action.as_str());
        let request = Request::new(asks.uid(), verb, of, context, Some(schema));
        let request = request.map_err(|error| fault(error.to_string()))?;
        let entities = self.entities(asks, resource, schema);
        let entities = entities.map_err(fault)?;
        let response = self.authorizer.is_authorized(&request, &self.policies.set, &entities);
        if let Some(error) = response.diagnostics().errors().next() {
            return Err(fault(error.to_string()));
        }
        let has_reason = response.diagnostics().reason().next().is_some();
        Ok(match response.decision() {
            Decision::Allow => Answer::Permitted,
            Decision::Deny if has_reason => Answer::Forbidden,
            Decision::Deny => Answer::Silent,
        })
    }

    fn entities(
        &self,
        asks: Entity,
        resource: Entity,
        schema: &Schema,
    ) -> Result<Entities, String> {
        let members = self.members.iter().filter(|known| known.uid() != resource.uid()).cloned();
        let all = members.chain([asks, resource.clone()]);
        Entities::from_entities(all, Some(schema)).map_err(|error| error.to_string())
    }
}

fn principal(who: &Asked) -> Entity {
    let member = who.member.iter().map(|member| ("member", uid("Member", member)));
    let team = who.team.iter().map(|team| ("team", uid("Team", team)));
    let is = member.chain(team);
    match &who.kind {
        AskedKind::User(role) => {
            entity(uid("User", "one"), is, iter::once(uid("Role", role.as_str())))
        }
        AskedKind::Key(scopes) => {
            let scopes = scopes.iter().map(|scope| uid("Scope", scope.as_str()));
            entity(uid("Key", "one"), is, scopes)
        }
    }
}

fn entity(
    of: EntityUid,
    attributes: impl Iterator<Item = (&'static str, EntityUid)>,
    parents: impl Iterator<Item = EntityUid>,
) -> Entity {
    let attribute =
        |(name, value)| (String::from(name), RestrictedExpression::new_entity_uid(value));
    let made = Entity::new(of, attributes.map(attribute).collect(), parents.collect());
    made.expect("an id is a value already")
}

fn uid(kind: &str, id: &str) -> EntityUid {
    let kind: EntityTypeName = kind.parse().expect("a word of letters");
    EntityUid::from_type_name_and_id(kind, cedar_policy::EntityId::new(id))
}
