//! Who runs this program.

use super::entry::Actor;

impl Actor {
    /// The user of the operating system that runs this program, and the host it runs on.
    ///
    /// Where the system tells the user's id, names in the environment are not believed.
    #[must_use]
    pub fn current() -> Self {
        Self { user: user(), host: host() }
    }
}

/// An environment variable that says something.
fn variable(names: &[&str]) -> Option<String> {
    names.iter().filter_map(|name| std::env::var(name).ok()).find(|value| !value.trim().is_empty())
}

fn user() -> String {
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::fs::MetadataExt as _;
        // The kernel gives a process's directory to the user it runs as.
        if let Ok(process) = std::fs::metadata("/proc/self") {
            let id = process.uid();
            let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
            return name_of(&users, id).map_or_else(|| id.to_string(), ToOwned::to_owned);
        }
    }
    variable(&["USER", "USERNAME", "LOGNAME"]).unwrap_or_else(|| "unknown".to_owned())
}

/// The name of a user in the text of `/etc/passwd`.
#[cfg(target_os = "linux")]
fn name_of(users: &str, id: u32) -> Option<&str> {
    let id = id.to_string();
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == id).then_some(name)
    })
}

fn host() -> String {
    if let Ok(name) = std::fs::read_to_string("/proc/sys/kernel/hostname") {
        return name.trim().to_owned();
    }
    let named = variable(&["COMPUTERNAME", "HOSTNAME"]).or_else(|| {
        let output = std::process::Command::new("hostname").output().ok().filter(|output| output.status.success())?;
        Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    });
    named.unwrap_or_else(|| "unknown".to_owned())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_named_as_the_system_names_it() {
        let users = "root:x:0:0:root:/root:/bin/sh\nbroken\nci:x:1000:1000::/home/ci:/bin/sh\n";
        assert_eq!(name_of(users, 1000), Some("ci"));
        assert_eq!(name_of(users, 0), Some("root"));
        assert_eq!(name_of(users, 7), None);
        let actor = Actor::current();
        assert!(!actor.user.is_empty() && !actor.host.is_empty(), "{actor:?}");
    }
}
