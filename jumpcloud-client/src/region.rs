//! Where the service is: the three API families and the hosts they live on.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// One of the API families, each with its own base URL.
///
/// System Insights tables belong to [`Family::V2`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Family {
    /// API v1: devices, users, applications, administrators.
    V1,
    /// API v2: groups, graph, policies, System Insights.
    V2,
    /// Directory Insights: the audit events, on a host of their own.
    Events,
}

/// The `JumpCloud` region that holds an organization.
///
/// A key belongs to one region and a key sent to another region is answered like a wrong key
/// `[inferred]` (measured by others with bogus keys only). The region is therefore named by the
/// caller and never guessed.
///
/// Base URLs: US `[spec]`; EU and India `[official code]`, confirmed against the live hosts.
///
/// ```
/// use jumpcloud_client::{Family, Region};
///
/// let region: Region = "eu".parse()?;
/// assert_eq!(region.hosts().base(Family::V1), "https://console.eu.jumpcloud.com/api");
/// # Ok::<(), jumpcloud_client::UnknownRegion>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Region {
    /// United States, the default.
    #[default]
    Us,
    /// European Union.
    Eu,
    /// India.
    In,
    /// Hosts given by the caller: a proxy, a gateway or a fake server.
    Custom(Hosts),
}

impl Region {
    /// The base URLs of this region.
    pub fn hosts(&self) -> Hosts {
        match self {
            Self::Us => Hosts::of_zone(""),
            Self::Eu => Hosts::of_zone("eu."),
            Self::In => Hosts::of_zone("in."),
            Self::Custom(hosts) => hosts.clone(),
        }
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Us => "us",
            Self::Eu => "eu",
            Self::In => "in",
            Self::Custom(_) => "custom",
        })
    }
}

impl FromStr for Region {
    type Err = UnknownRegion;

    /// Reads `us`, `eu` or `in`, in any letter case.
    fn from_str(text: &str) -> Result<Self, UnknownRegion> {
        match text.trim().to_ascii_lowercase().as_str() {
            "us" => Ok(Self::Us),
            "eu" => Ok(Self::Eu),
            "in" => Ok(Self::In),
            _ => Err(UnknownRegion),
        }
    }
}

/// A text that names no region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the region is not one of `us`, `eu` or `in`")]
#[non_exhaustive]
pub struct UnknownRegion;

/// The validated base URLs of one region.
///
/// Every URL is `https`, or plain `http` to a loopback address; none carries a query, a fragment
/// or user data, and none ends in a slash.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Hosts {
    v1: String,
    v2: String,
    events: String,
    token: String,
}

impl Hosts {
    fn of_zone(zone: &str) -> Self {
        Self {
            v1: format!("https://console.{zone}jumpcloud.com/api"),
            v2: format!("https://console.{zone}jumpcloud.com/api/v2"),
            events: format!("https://api.{zone}jumpcloud.com/insights/directory/v1"),
            token: format!("https://admin-oauth.id.{zone}jumpcloud.com/oauth2/token"),
        }
    }

    /// Derives the base URLs of all families from one.
    ///
    /// API v1 is `{base}/api`, v2 `{base}/api/v2`, the events `{base}/insights/directory/v1` and
    /// the token URL `{base}/oauth2/token`. A base that already ends in `/api` or `/api/v2` means
    /// the same; the console of a known region gives that region's own hosts, since its events
    /// and tokens live elsewhere.
    ///
    /// ```
    /// use jumpcloud_client::{Family, Hosts};
    ///
    /// let hosts = Hosts::from_base("http://127.0.0.1:1234/api/")?;
    /// assert_eq!(hosts.base(Family::V2), "http://127.0.0.1:1234/api/v2");
    /// # Ok::<(), jumpcloud_client::InvalidBase>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidBase`] tells which of the rules of [`Hosts`] the text breaks.
    pub fn from_base(base: &str) -> Result<Self, InvalidBase> {
        let base = checked(base)?;
        let root = base.strip_suffix("/api/v2").or_else(|| base.strip_suffix("/api"));
        let root = root.unwrap_or(&base);
        for zone in ["", "eu.", "in."] {
            if root == format!("https://console.{zone}jumpcloud.com") {
                return Ok(Self::of_zone(zone));
            }
        }
        Ok(Self {
            v1: format!("{root}/api"),
            v2: format!("{root}/api/v2"),
            events: format!("{root}/insights/directory/v1"),
            token: format!("{root}/oauth2/token"),
        })
    }

    /// Replaces the base URL of one family, taken as it is.
    ///
    /// # Errors
    ///
    /// [`InvalidBase`] tells which of the rules of [`Hosts`] the text breaks.
    pub fn replace(mut self, family: Family, base: &str) -> Result<Self, InvalidBase> {
        let base = checked(base)?;
        match family {
            Family::V1 => self.v1 = base,
            Family::V2 => self.v2 = base,
            Family::Events => self.events = base,
        }
        Ok(self)
    }

    /// Replaces the URL where service accounts exchange their secret for a token.
    ///
    /// # Errors
    ///
    /// [`InvalidBase`] tells which of the rules of [`Hosts`] the text breaks.
    pub fn replace_token(mut self, url: &str) -> Result<Self, InvalidBase> {
        self.token = checked(url)?;
        Ok(self)
    }

    /// The base URL of a family, without a slash at its end.
    pub fn base(&self, family: Family) -> &str {
        match family {
            Family::V1 => &self.v1,
            Family::V2 => &self.v2,
            Family::Events => &self.events,
        }
    }

    /// The URL where service accounts exchange their secret for a token.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// All four URLs.
    pub fn all(&self) -> [&str; 4] {
        [&self.v1, &self.v2, &self.events, &self.token]
    }
}

/// Why a text cannot be a base URL.
///
/// The texts do not repeat the URL, which may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidBase {
    /// Neither `https://` nor `http://` stands in front.
    #[error("the base URL does not start with `https://`, write it as `https://host`")]
    Scheme,
    /// Plain `http` to something that is not this machine.
    #[error(
        "the base URL is plain `http` to another machine, which would send the key in clear: use `https`"
    )]
    PlainHttp,
    /// The host is missing or malformed.
    #[error("the base URL has no usable host name, write it as `https://host`")]
    Host,
    /// The port is not a number from 1 to 65535.
    #[error("the base URL has no usable port number, leave it out or take one from 1 to 65535")]
    Port,
    /// A user name or password stands before the host.
    #[error(
        "the base URL holds a user name or password, leave it out and give the builder a credential"
    )]
    UserData,
    /// A `?` or `#` occurs.
    #[error("the base URL holds a query or a fragment, leave it out")]
    QueryOrFragment,
    /// The path holds an empty or dot segment or an unusual character.
    #[error(
        "the base URL has a path that is not made of plain segments such as `/proxy/jumpcloud`"
    )]
    Path,
}

/// Checks a base URL and writes it in one form: scheme and host in lower case, no slash last.
fn checked(text: &str) -> Result<String, InvalidBase> {
    let text = text.trim();
    let (scheme, rest) = text.split_once("://").ok_or(InvalidBase::Scheme)?;
    let scheme = scheme.to_ascii_lowercase();
    if scheme != "https" && scheme != "http" {
        return Err(InvalidBase::Scheme);
    }
    if rest.contains(['?', '#']) {
        return Err(InvalidBase::QueryOrFragment);
    }
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    if authority.contains('@') {
        return Err(InvalidBase::UserData);
    }
    let authority = authority.to_ascii_lowercase();
    let (host, port) = split_port(&authority)?;
    if let Some(port) = port
        && (port.len() > 5
            || !port.bytes().all(|b| b.is_ascii_digit())
            || !matches!(port.parse::<u16>(), Ok(1..)))
    {
        return Err(InvalidBase::Port);
    }
    let loopback = host_is_loopback(host)?;
    if scheme == "http" && !loopback {
        return Err(InvalidBase::PlainHttp);
    }
    let path = path.strip_suffix('/').unwrap_or(path);
    if path.is_empty() {
        return Ok(format!("{scheme}://{authority}"));
    }
    let plain = |segment: &str| {
        !matches!(segment, "" | "." | "..")
            && segment.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
    };
    if !path.split('/').all(plain) {
        return Err(InvalidBase::Path);
    }
    Ok(format!("{scheme}://{authority}/{path}"))
}

fn split_port(authority: &str) -> Result<(&str, Option<&str>), InvalidBase> {
    if let Some(rest) = authority.strip_prefix('[') {
        let (host, after) = rest.split_once(']').ok_or(InvalidBase::Host)?;
        return match after.strip_prefix(':') {
            Some(port) => Ok((host, Some(port))),
            None if after.is_empty() => Ok((host, None)),
            None => Err(InvalidBase::Host),
        };
    }
    match authority.split_once(':') {
        Some((host, port)) => Ok((host, Some(port))),
        None => Ok((authority, None)),
    }
}

/// Whether the host is this machine; an error when it is no host at all.
fn host_is_loopback(host: &str) -> Result<bool, InvalidBase> {
    if let Ok(address) = host.parse::<Ipv6Addr>() {
        return Ok(address.is_loopback());
    }
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        return Ok(address.is_loopback());
    }
    let label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    if !host.split('.').all(label) {
        return Err(InvalidBase::Host);
    }
    // URL libraries read a last label of digits (or hexadecimal ones) as an IPv4 address.
    if host.rsplit('.').next().is_some_and(|last| last.starts_with(|c: char| c.is_ascii_digit())) {
        return Err(InvalidBase::Host);
    }
    Ok(host == "localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_named_in_any_case_and_nothing_else_is() {
        assert_eq!("EU".parse(), Ok(Region::Eu));
        assert_eq!(" in ".parse(), Ok(Region::In));
        for text in ["", "uk", "us-east", "https://console.jumpcloud.com"] {
            assert_eq!(text.parse::<Region>(), Err(UnknownRegion), "{text}");
        }
    }

    #[test]
    fn one_base_gives_all_families_whatever_its_ending() {
        for base in [
            "http://127.0.0.1:1234",
            "http://127.0.0.1:1234/",
            "http://127.0.0.1:1234/api",
            "HTTP://127.0.0.1:1234/api/",
            " http://127.0.0.1:1234/api/v2/ ",
        ] {
            let hosts = Hosts::from_base(base).unwrap();
            assert_eq!(hosts.base(Family::V1), "http://127.0.0.1:1234/api", "{base}");
            assert_eq!(hosts.base(Family::V2), "http://127.0.0.1:1234/api/v2");
            assert_eq!(hosts.base(Family::Events), "http://127.0.0.1:1234/insights/directory/v1");
            assert_eq!(hosts.token(), "http://127.0.0.1:1234/oauth2/token");
        }
        let below = Hosts::from_base("https://gateway.example.com/jc/api").unwrap();
        assert_eq!(below.base(Family::V1), "https://gateway.example.com/jc/api");
        assert_eq!(
            below.base(Family::Events),
            "https://gateway.example.com/jc/insights/directory/v1"
        );
    }

    #[test]
    fn the_console_of_a_known_region_means_that_region() {
        let hosts = Hosts::from_base("https://Console.EU.jumpcloud.com/api/v2").unwrap();
        assert_eq!(hosts, Region::Eu.hosts());
    }

    #[test]
    fn families_can_be_replaced_one_by_one() {
        let hosts = Hosts::from_base("https://gw.example.com").unwrap();
        let hosts = hosts.replace(Family::Events, "https://events.example.com/x/").unwrap();
        let hosts = hosts.replace_token("https://login.example.com/token").unwrap();
        assert_eq!(hosts.base(Family::Events), "https://events.example.com/x");
        assert_eq!(hosts.token(), "https://login.example.com/token");
        assert_eq!(hosts.base(Family::V1), "https://gw.example.com/api");
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for base in ["http://localhost:8080", "http://127.9.8.7", "http://[::1]:9"] {
            assert!(Hosts::from_base(base).is_ok(), "{base}");
        }
        for base in [
            "http://console.jumpcloud.com",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
            "http://10.0.0.1",
            "http://[2001:db8::1]",
            "http://0.0.0.0",
        ] {
            assert_eq!(Hosts::from_base(base), Err(InvalidBase::PlainHttp), "{base}");
        }
    }

    #[test]
    fn what_is_no_base_url_says_why() {
        use InvalidBase::{Host, Path, Port, QueryOrFragment, Scheme, UserData};
        for (base, why) in [
            ("", Scheme),
            ("console.jumpcloud.com", Scheme),
            ("ftp://console.jumpcloud.com", Scheme),
            ("https://", Host),
            ("https://a..b", Host),
            ("https://a b", Host),
            ("https://127.1", Host),
            ("https://0x7f.0x1", Host),
            ("https://[::1", Host),
            ("https://[::1]x", Host),
            ("https://ex\u{e4}mple.com", Host),
            ("https://a.com\\b", Host),
            ("https://a.com:0", Port),
            ("https://a.com:", Port),
            ("https://a.com:+80", Port),
            ("https://a.com:70000", Port),
            ("https://me:pw@a.com", UserData),
            ("https://a.com?x=1", QueryOrFragment),
            ("https://a.com/api#x", QueryOrFragment),
            ("https://a.com/../x", Path),
            ("https://a.com/a//b", Path),
            ("https://a.com/a%2fb", Path),
            ("https://a.com/a\nb", Path),
        ] {
            assert_eq!(Hosts::from_base(base), Err(why), "{base}");
        }
    }
}
