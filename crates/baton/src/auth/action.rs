//! What can be asked of the service: one action for each of its verbs. A policy grants actions by these words.
//!
//! A new verb has its action here, in `policies/schema.cedarschema` and in the group of a policy there. What the
//! schema does not know stops the program at its start, and what no policy grants nobody may.

/// What an action is done to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Resource {
    /// What belongs to nobody in particular: the strategy, sources, files, users.
    House,
    /// A handoff, which somebody owns or nobody yet.
    Handoff,
    /// A member of the team.
    Member,
}

macro_rules! actions {
    ($($(#[doc = $doc:literal])+ $name:ident $word:literal $resource:ident;)+) => {
        /// What can be asked of the service.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Action {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Action {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The word of policies.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }

            /// What it is done to.
            pub const fn resource(self) -> Resource {
                match self {
                    $(Self::$name => Resource::$resource,)+
                }
            }
        }
    };
}

actions! {
    /// Send signals.
    SendSignals "send-signals" House;
    /// Ask what became of a signal, by the address that its sender was given.
    ReadSignal "read-signal" House;

    /// Be told what was decided.
    ReadDecision "read-decision" House;
    /// See a handoff at all, and what hangs together with it. Whatever else is read of handoffs, this says of which.
    SeeHandoff "see-handoff" Handoff;
    /// List handoffs.
    ListHandoffs "list-handoffs" House;
    /// Read a handoff.
    ReadHandoff "read-handoff" House;
    /// Read the brief of a handoff.
    ReadBrief "read-brief" House;
    /// Ask why a handoff is as it is.
    ReadWhy "read-why" House;
    /// Read what is known of an account.
    ReadAccount "read-account" House;
    /// Ask why nobody of an account has a handoff.
    ReadAccountWhy "read-account-why" House;
    /// Look for somebody or something.
    Search "search" House;
    /// Hear which handoffs change.
    WatchEvents "watch-events" House;
    /// Read the sources, and how they fare.
    ReadSources "read-sources" House;
    /// Read the destinations, and how they fare.
    ReadDestinations "read-destinations" House;
    /// Read which strategy was in force when.
    ReadStrategies "read-strategies" House;
    /// Read the figures of the program.
    ReadMetrics "read-metrics" House;

    /// Count handoffs, and list those that a count is of.
    ReadCounts "read-counts" House;
    /// Read what became of the leads of a campaign.
    ReadCampaigns "read-campaigns" House;
    /// Read how much each member has.
    ReadTeam "read-team" House;
    /// Read who can take a lead, and who waits.
    ReadDesk "read-desk" House;
    /// Read why the count of another member is what it is.
    ReadLedgers "read-ledgers" House;

    /// Take a handoff.
    Accept "accept" Handoff;
    /// Refuse it.
    Reject "reject" Handoff;
    /// Give it to somebody.
    Reassign "reassign" Handoff;
    /// Say what came of it.
    RecordOutcome "record-outcome" Handoff;
    /// Say what was right, wrong or missing.
    Debrief "debrief" Handoff;
    /// Say of a claim of its brief that it is right, wrong or stale, or that something is missing.
    GiveFeedback "give-feedback" Handoff;
    /// Keep it out of one's own list for a while.
    Snooze "snooze" Handoff;
    /// Take back what was done last.
    Undo "undo" Handoff;
    /// Act in the name of any member.
    ActForOthers "act-for-others" House;

    /// Let a member get no leads for a while.
    PauseMember "pause-member" Member;
    /// Let a member get leads again.
    ResumeMember "resume-member" Member;
    /// Say that a member is away until a day.
    RecordLeave "record-leave" Member;
    /// Say that a member has left the team.
    RecordDeparture "record-departure" Member;
    /// Owe a member leads.
    CreditMember "credit-member" Member;

    /// Read what is held.
    ReadQuarantine "read-quarantine" House;
    /// Put values in place of what held entries have.
    RepairHeld "repair-held" House;
    /// Let held entries in.
    ReleaseHeld "release-held" House;
    /// Throw held entries away.
    DiscardHeld "discard-held" House;
    /// Read what was brought in from files.
    ReadImports "read-imports" House;
    /// Upload a file.
    UploadImport "upload-import" House;
    /// Import an uploaded file.
    StartImport "start-import" House;
    /// Stop an import.
    StopImport "stop-import" House;
    /// Throw an uploaded file away.
    DiscardImport "discard-import" House;
    /// Take an import back.
    UndoImport "undo-import" House;
    /// Read drafts of the strategy.
    ReadDrafts "read-drafts" House;
    /// Keep a draft.
    SaveDraft "save-draft" House;
    /// Check a draft.
    CheckDraft "check-draft" House;
    /// Put a draft in force.
    ApplyDraft "apply-draft" House;
    /// Throw a draft away.
    DiscardDraft "discard-draft" House;
    /// Put the strategy of before in force.
    RollBackStrategy "roll-back-strategy" House;
    /// Read rehearsals.
    ReadRehearsals "read-rehearsals" House;
    /// Start a rehearsal.
    StartRehearsal "start-rehearsal" House;
    /// Stop a rehearsal.
    StopRehearsal "stop-rehearsal" House;
    /// Read who is taken for one person, and why.
    ReadIdentity "read-identity" House;
    /// Join two people.
    JoinPeople "join-people" House;
    /// Split a person.
    SplitPerson "split-person" House;
    /// Take a join or a split back.
    UndoIdentity "undo-identity" House;
    /// Read what comes in and what goes out, with what went wrong.
    ReadConnections "read-connections" House;
    /// Read what readers say of claims of briefs.
    ReadFeedback "read-feedback" House;
    /// Send a test message.
    TestDestination "test-destination" House;
    /// Erase a person or an account.
    Erase "erase" House;

    /// Read what differs between two strategies.
    CompareStrategies "compare-strategies" House;
    /// Read who did what.
    ReadAudit "read-audit" House;
    /// Verify the journal.
    VerifyAudit "verify-audit" House;

    /// List who may sign in.
    ReadUsers "read-users" House;
    /// Add a user, or change who they are.
    ChangeUser "change-user" House;
    /// Let a user sign in no more, or end all their sessions.
    RevokeUser "revoke-user" House;
    /// List keys.
    ReadKeys "read-keys" House;
    /// Make a key.
    CreateKey "create-key" House;
    /// Let a key open nothing more.
    RevokeKey "revoke-key" House;

    /// Be told data of a class, for a purpose.
    Disclose "disclose" House;
}
