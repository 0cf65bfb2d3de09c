//! What every report says about itself.

/// Sentences without which a reader could take a report for more than it is.
pub const STATEMENTS: [&str; 6] = [
    "These are results of automated tests for one moment. They support a judgement on a control and \
     do not replace it.",
    "UNKNOWN means that the tool could not conclude. It is neither a pass nor a failure and is \
     counted apart.",
    "An exempt item is a failure that a named person has accepted until a date.",
    "Evidence from a policy shows that the service reported success in applying a setting. It is no \
     reading of the setting.",
    "Recency of patches on Windows and Linux shows activity, not completeness. Encryption of the disk \
     alone does not make stored card data unreadable in the sense of PCI DSS.",
    "Who was left out of the judgement is listed with the reason.",
];
