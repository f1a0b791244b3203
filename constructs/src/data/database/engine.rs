//! The engines: what PostgreSQL and MySQL call the same thing.

use formwork_synth::{Port, Str, port};

/// An engine at a major version. Minor versions follow by themselves, in the maintenance window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseEngine {
    /// PostgreSQL.
    Postgres(PostgresVersion),
    /// MySQL.
    MySql(MySqlVersion),
}

/// A major version of PostgreSQL with standard support.
///
/// See <https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PostgresVersion {
    /// 14, until February 2027.
    V14,
    /// 15, until February 2028.
    V15,
    /// 16, until February 2029.
    V16,
    /// 17, until February 2030.
    V17,
    /// 18, until February 2031.
    V18,
}

/// A major version of MySQL.
///
/// See <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/MySQL.Concepts.VersionMgmt.html>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MySqlVersion {
    /// 8.0, on Aurora only: elsewhere its standard support has ended.
    V8_0,
    /// 8.4.
    V8_4,
}

impl DatabaseEngine {
    /// What is built where no version is named.
    pub(crate) const POSTGRES: Self = Self::Postgres(PostgresVersion::V18);
    pub(crate) const MYSQL: Self = Self::MySql(MySqlVersion::V8_4);

    pub(crate) fn port(self) -> Port {
        match self {
            Self::Postgres(_) => port!(5432),
            Self::MySql(_) => port!(3306),
        }
    }

    pub(crate) fn user(self) -> &'static str {
        match self {
            Self::Postgres(_) => "postgres",
            Self::MySql(_) => "admin",
        }
    }

    /// The name of the engine outside Aurora; Aurora's is this one behind `aurora-`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Postgres(_) => "postgres",
            Self::MySql(_) => "mysql",
        }
    }

    pub(crate) fn aurora_name(self) -> &'static str {
        match self {
            Self::Postgres(_) => "aurora-postgresql",
            Self::MySql(_) => "aurora-mysql",
        }
    }

    /// The major version, as parameter groups call it.
    pub(crate) fn major(self) -> &'static str {
        match self {
            Self::Postgres(PostgresVersion::V14) => "14",
            Self::Postgres(PostgresVersion::V15) => "15",
            Self::Postgres(PostgresVersion::V16) => "16",
            Self::Postgres(PostgresVersion::V17) => "17",
            Self::Postgres(PostgresVersion::V18) => "18",
            Self::MySql(MySqlVersion::V8_0) => "8.0",
            Self::MySql(MySqlVersion::V8_4) => "8.4",
        }
    }

    /// What Aurora makes: the major version, at its default minor one. Of those that it no longer makes at their default minor version it
    /// makes the latest, which goes on from there by itself.
    pub(crate) fn aurora_version(self) -> &'static str {
        match self {
            Self::Postgres(PostgresVersion::V14) => "14.22",
            Self::Postgres(PostgresVersion::V15) => "15.17",
            Self::Postgres(PostgresVersion::V16) => "16.13",
            Self::MySql(MySqlVersion::V8_0) => "8.0.mysql_aurora.3.10.5",
            _ => self.major(),
        }
    }

    /// What RDS makes outside Aurora, likewise; of MySQL it wants to hear the minor version always.
    pub(crate) fn version(self) -> &'static str {
        match self {
            Self::Postgres(PostgresVersion::V14) => "14.22",
            Self::Postgres(PostgresVersion::V15) => "15.17",
            Self::Postgres(PostgresVersion::V16) => "16.13",
            Self::Postgres(PostgresVersion::V17) => "17.9",
            Self::MySql(MySqlVersion::V8_4) => "8.4.9",
            _ => self.major(),
        }
    }

    /// The logs that are kept: errors, and what was slow.
    pub(crate) fn logs(self) -> &'static [&'static str] {
        match self {
            Self::Postgres(_) => &["postgresql"],
            Self::MySql(_) => &["error", "slowquery"],
        }
    }

    /// Refuses connections that are not encrypted.
    pub(crate) fn force_tls(self) -> (&'static str, &'static str) {
        match self {
            Self::Postgres(_) => ("rds.force_ssl", "1"),
            Self::MySql(_) => ("require_secure_transport", "1"),
        }
    }

    /// The same, in the words of Aurora.
    pub(crate) fn aurora_force_tls(self) -> (&'static str, &'static str) {
        match self {
            Self::Postgres(_) => self.force_tls(),
            Self::MySql(_) => ("require_secure_transport", "ON"),
        }
    }

    /// Logs statements that take longer.
    pub(crate) fn slow_query(self, milliseconds: u32) -> Vec<(Str, Str)> {
        match self {
            Self::Postgres(_) => vec![("log_min_duration_statement".into(), milliseconds.to_string().into())],
            Self::MySql(_) => {
                let seconds = f64::from(milliseconds) / 1000.0;
                vec![
                    ("long_query_time".into(), seconds.to_string().into()),
                    ("slow_query_log".into(), "1".into()),
                    // To a file, which is what is exported, and not to a table.
                    ("log_output".into(), "FILE".into()),
                ]
            }
        }
    }

    /// Ends statements that take longer.
    pub(crate) fn statement_timeout(self, milliseconds: u32) -> (Str, Str) {
        match self {
            Self::Postgres(_) => ("statement_timeout".into(), milliseconds.to_string().into()),
            Self::MySql(_) => ("max_execution_time".into(), milliseconds.to_string().into()),
        }
    }

    /// Names that the engine keeps for itself.
    pub(crate) fn reserves(self, user: &str) -> bool {
        let reserved: &[&str] = match self {
            Self::Postgres(_) => &["admin", "rdsadmin", "rds_superuser", "public", "none"],
            Self::MySql(_) => &["rdsadmin", "rds_superuser_role", "root"],
        };
        reserved.contains(&user.to_ascii_lowercase().as_str())
    }
}
