//! Policies that were read, and checked against what they can speak of.

use std::fmt;

use cedar_policy::ffi::DetailedError;
use cedar_policy::{Policy, PolicyId, PolicySet, Schema, ValidationMode, Validator};

use super::shipped;
use crate::config::policies::PolicyText;

/// Policies that were read and checked against what they can speak of.
#[derive(Debug)]
pub struct Policies {
    pub(super) set: PolicySet,
    pub(super) schema: Schema,
}

/// What is wrong with a policy, and where.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub struct PolicyFault {
    /// The file.
    pub file: String,
    /// The line, from 1; none where it is about the whole file.
    pub line: Option<usize>,
    /// What is wrong.
    pub says: String,
}

impl fmt::Display for PolicyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.file)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        write!(f, ": {}", self.says)
    }
}

impl Policies {
    /// Reads policies, each by its `@id`, and checks them against the schema.
    pub fn read(texts: &[PolicyText]) -> Result<Self, PolicyFault> {
        let schema = schema()?;
        let mut set = PolicySet::new();
        for text in texts {
            let read: PolicySet =
                text.text.parse().map_err(|error| fault(text, &DetailedError::from(&error)))?;
            for policy in read.policies() {
                add(&mut set, text, policy)?;
            }
        }
        let policies = Self { set, schema };
        policies.check(texts)?;
        Ok(policies)
    }

    /// Refuses a policy that speaks of what there is not, or can never hold.
    fn check(&self, texts: &[PolicyText]) -> Result<(), PolicyFault> {
        let validated =
            Validator::new(self.schema.clone()).validate(&self.set, ValidationMode::Strict);
        let errors = validated.validation_errors();
        let errors = errors.map(|error| (error.policy_id(), DetailedError::from(error)));
        let warnings = validated.validation_warnings();
        let warnings = warnings.map(|error| (error.policy_id(), DetailedError::from(error)));
        // They come in no order; the first of a file is often why there are others.
        let first = errors.chain(warnings).min_by_key(|(policy, error)| {
            let place = error.source_locations.first().map(|label| label.loc.start);
            (whose(texts, policy).name.clone(), place, error.message.clone())
        });
        first.map_or(Ok(()), |(policy, error)| Err(fault(whose(texts, policy), &error)))
    }
}

/// The text that has a policy.
fn whose<'t>(texts: &'t [PolicyText], policy: &PolicyId) -> &'t PolicyText {
    let says = format!("@id(\"{policy}\")");
    let found = texts.iter().find(|text| text.text.contains(&says));
    found.expect("each policy was read from one of them, by its id")
}

fn schema() -> Result<Schema, PolicyFault> {
    let text = &shipped::schema();
    let read = Schema::from_cedarschema_str(&text.text);
    let (schema, _) = read.map_err(|error| fault(text, &DetailedError::from(&error)))?;
    Ok(schema)
}

fn add(set: &mut PolicySet, text: &PolicyText, policy: &Policy) -> Result<(), PolicyFault> {
    let wrong = |says: String| PolicyFault { file: text.name.clone(), line: None, says };
    let id = policy.annotation("id").filter(|id| !id.is_empty());
    let id = id.ok_or_else(|| wrong(format!("a policy has no `@id(\"…\")`: {policy}")))?;
    set.add(policy.new_id(PolicyId::new(id))).map_err(|error| wrong(error.to_string()))
}

fn fault(text: &PolicyText, error: &DetailedError) -> PolicyFault {
    let place = error.source_locations.first();
    let before = place.and_then(|place| text.text.get(..place.loc.start));
    PolicyFault {
        file: text.name.clone(),
        line: before.map(|before| before.matches('\n').count() + 1),
        says: error.message.clone(),
    }
}
