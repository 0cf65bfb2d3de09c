//! Graph answers: bindings and memberships, with the paths that grant them.

use alloc::string::String;
use alloc::vec::Vec;

use crate::id::Id;
use crate::model::model;
use crate::open_enum::open_enum;

open_enum! {
    /// Kind of an object in JumpCloud's graph `[spec]`.
    pub enum GraphKind {
        /// A directory user.
        User = "user",
        /// A user group.
        UserGroup = "user_group",
        /// A device.
        System = "system",
        /// A device group.
        SystemGroup = "system_group",
        /// An SSO application.
        Application = "application",
        /// A policy.
        Policy = "policy",
        /// A policy group.
        PolicyGroup = "policy_group",
        /// A command.
        Command = "command",
        /// Active Directory.
        ActiveDirectory = "active_directory",
        /// Google Workspace.
        GSuite = "g_suite",
        /// Microsoft 365.
        Office365 = "office_365",
        /// LDAP.
        LdapServer = "ldap_server",
        /// RADIUS.
        RadiusServer = "radius_server",
        /// A rule that sends people to another identity provider.
        IdpRoutingPolicy = "idp_routing_policy",
        /// An item of the password manager.
        PasswordManagerItem = "password_manager_item",
    }
}

model! {
    /// An object that is reached, directly or through groups.
    ///
    /// Answer of the traversals (`/systems/{id}/users`, `/usergroups/{id}/membership` …) `[recorded]`.
    /// It holds no name: join with the list of its kind.
    pub struct GraphObject {
        /// Identity of the object that is reached.
        pub id: Id<GraphObject> = "id",
        /// Its kind.
        pub kind: GraphKind = "type",
        /// Rights that all paths together give; free-form.
        pub compiled_attributes: GraphAttributes = "compiledAttributes",
        /// Each way that leads there; a way of one hop is a direct binding.
        pub paths: Vec<Vec<GraphHop>> = "paths",
    }
}

model! {
    /// A direct binding: answer of `/associations` and `/members` `[recorded]`.
    pub struct GraphConnection {
        /// Rights that the binding gives; free-form.
        pub attributes: GraphAttributes = "attributes",
        /// The other end; absent in most answers.
        pub from: GraphNode = "from",
        /// What is bound.
        pub to: GraphNode = "to",
    }
}

model! {
    /// One hop of a path.
    pub struct GraphHop {
        /// Rights that the hop gives; free-form.
        pub attributes: GraphAttributes = "attributes",
        /// Where it leads.
        pub to: GraphNode = "to",
    }
}

model! {
    /// An object named in a binding.
    pub struct GraphNode {
        /// Identity.
        pub id: Id<GraphObject> = "id",
        /// Its kind.
        pub kind: GraphKind = "type",
        /// Rights that hang on the object; free-form.
        pub attributes: GraphAttributes = "attributes",
    }
}

model! {
    /// Attributes of a binding, as far as they mean a right; tenants add keys of their own.
    pub struct GraphAttributes {
        /// Local administrator right on a device.
        pub sudo: Sudo = "sudo",
        /// LDAP groups.
        pub ldap_groups: Vec<LdapGroup> = "ldapGroups",
        /// POSIX groups.
        pub posix_groups: Vec<PosixGroup> = "posixGroups",
    }
}

model! {
    /// Local administrator right.
    pub struct Sudo {
        /// The right is given.
        pub enabled: bool = "enabled",
        /// It needs no password; without effect unless enabled.
        pub without_password: bool = "withoutPassword",
    }
}

model! {
    /// An LDAP group name.
    pub struct LdapGroup {
        /// Name.
        pub name: String = "name",
    }
}

model! {
    /// A POSIX group.
    pub struct PosixGroup {
        /// Number.
        pub id: i64 = "id",
        /// Name.
        pub name: String = "name",
    }
}
