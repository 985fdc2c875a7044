# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_ciacm_global_optspecs
    string join \n home= controls= h/help V/version
end

function __fish_ciacm_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_ciacm_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_ciacm_using_subcommand
    set -l cmd (__fish_ciacm_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c ciacm -n "__fish_ciacm_needs_command" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_needs_command" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_needs_command" -s h -l help -d 'Print help'
complete -c ciacm -n "__fish_ciacm_needs_command" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_needs_command" -f -a "init" -d 'Make the home: database, organisation, signing identity'
complete -c ciacm -n "__fish_ciacm_needs_command" -f -a "scan" -d 'Collect an inventory, evaluate the controls, record the findings'
complete -c ciacm -n "__fish_ciacm_needs_command" -f -a "findings" -d 'List and explain findings'
complete -c ciacm -n "__fish_ciacm_needs_command" -f -a "controls" -d 'List, explain, check and test controls'
complete -c ciacm -n "__fish_ciacm_needs_command" -f -a "frameworks" -d 'List frameworks and show where you stand with them'
complete -c ciacm -n "__fish_ciacm_needs_command" -f -a "evidence" -d 'Export evidence packs for auditors, and verify them'
complete -c ciacm -n "__fish_ciacm_needs_command" -f -a "key" -d 'List, make, register, replace and export signing keys'
complete -c ciacm -n "__fish_ciacm_needs_command" -f -a "audit" -d 'List, show and verify the entries of the audit log; make and copy its checkpoints'
complete -c ciacm -n "__fish_ciacm_needs_command" -f -a "remediate" -d 'Plan, approve and apply repairs, each verified and reversible'
complete -c ciacm -n "__fish_ciacm_needs_command" -f -a "rollback" -d 'Undo a run: every resource goes back to what it was, if it is still as the run left it'
complete -c ciacm -n "__fish_ciacm_needs_command" -f -a "completions" -d 'Print the completion script of a shell'
complete -c ciacm -n "__fish_ciacm_needs_command" -f -a "man" -d 'Print the manual page'
complete -c ciacm -n "__fish_ciacm_using_subcommand init" -l organisation -d 'The organisation\'s name, as it stands in certificates and reports' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand init" -l certificate -d 'The certificate of an own key, with those of its issuers (PEM)' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand init" -l key -d 'The own key: P-256 as PKCS #8, PEM or DER, encrypted or not' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand init" -l pkcs12 -d 'An own key with its certificates in a PKCS #12 file' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand init" -l external-signer -d 'A command that signs: it gets a SHA-256 digest (32 bytes) on stdin and writes the signature to stdout. Must come last: everything after it is the command' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand init" -l passphrase-file -d 'The file with the passphrase of the new keys, instead of CIACM_PASSPHRASE or CIACM_PASSPHRASE_FILE' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand init" -l format -d 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)' -r -f -a "table\t'For people; fits 80 columns'
json\t'For programs'"
complete -c ciacm -n "__fish_ciacm_using_subcommand init" -s o -l output -d 'Write to this file instead of stdout; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand init" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand init" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand init" -l no-passphrase -d 'Do not encrypt the new keys: whoever reads their files can sign'
complete -c ciacm -n "__fish_ciacm_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand init" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and not __fish_seen_subcommand_from aws snapshot demo" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and not __fish_seen_subcommand_from aws snapshot demo" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and not __fish_seen_subcommand_from aws snapshot demo" -s h -l help -d 'Print help'
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and not __fish_seen_subcommand_from aws snapshot demo" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and not __fish_seen_subcommand_from aws snapshot demo" -f -a "aws" -d 'Scan AWS accounts, reading only'
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and not __fish_seen_subcommand_from aws snapshot demo" -f -a "snapshot" -d 'Scan a recorded inventory, offline, with the verdicts of its time'
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and not __fish_seen_subcommand_from aws snapshot demo" -f -a "demo" -d 'Scan the built-in demo estate, offline: no account, no network'
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from aws" -l profile -d 'The profile of the AWS configuration files; before credentials of the environment [env: AWS_PROFILE, after them]' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from aws" -l role-arn -d 'The account of this role instead of your own (repeatable, one account each)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from aws" -l external-id -d 'The external id that the roles\' trust policies ask for' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from aws" -l session-name -d 'The name of the role sessions, as CloudTrail will show it' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from aws" -l endpoint-url -d 'One endpoint for every service: an emulator or a private endpoint' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from aws" -l max-rate -d 'At most so many HTTP requests a second' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from aws" -l max-attempts -d 'At most so many attempts of one call' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from aws" -l call-timeout -d 'Give up an attempt of a call after so many seconds' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from aws" -l concurrency -d 'At most so many calls at once' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from aws" -l region -d 'Only this region (repeatable, or separated by commas) [default: all that the account has enabled]' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from aws" -l resume -d 'Go on with an interrupted scan [default: the latest]; its selection holds' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from aws" -l control -d 'Only this control (repeatable, or separated by commas)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from aws" -l exclude -d 'Not this control (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from aws" -l framework -d 'Only controls that serve this framework, or one requirement of it: soc2, cis-aws-7.0:6.3 (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from aws" -l service -d 'Only controls of this service: s3, iam, ... (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from aws" -l severity -d 'Only controls of this severity or a worse one' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from aws" -l param -d 'Set a parameter of a control: AWS-IAM-004.max_age=60d (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from aws" -l fail-on -d 'Exit with 1 if a finding of this severity or a worse one is open; `none` never' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from aws" -l record -d 'Write the inventory to this snapshot file, to scan it again offline' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from aws" -l format -d 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)' -r -f -a "table\t'For people; fits 80 columns'
json\t'For programs'"
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from aws" -s o -l output -d 'Write to this file instead of stdout; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from aws" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from aws" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from aws" -l repair-readings -d 'Also read what repairs look at and checks do not, so that repairs can be planned from a recording; takes the permissions of `ciacm controls permissions --repair-readings`'
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from aws" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from aws" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from snapshot" -l control -d 'Only this control (repeatable, or separated by commas)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from snapshot" -l exclude -d 'Not this control (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from snapshot" -l framework -d 'Only controls that serve this framework, or one requirement of it: soc2, cis-aws-7.0:6.3 (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from snapshot" -l service -d 'Only controls of this service: s3, iam, ... (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from snapshot" -l severity -d 'Only controls of this severity or a worse one' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from snapshot" -l param -d 'Set a parameter of a control: AWS-IAM-004.max_age=60d (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from snapshot" -l fail-on -d 'Exit with 1 if a finding of this severity or a worse one is open; `none` never' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from snapshot" -l record -d 'Write the inventory to this snapshot file, to scan it again offline' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from snapshot" -l format -d 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)' -r -f -a "table\t'For people; fits 80 columns'
json\t'For programs'"
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from snapshot" -s o -l output -d 'Write to this file instead of stdout; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from snapshot" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from snapshot" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from snapshot" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from snapshot" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from demo" -l control -d 'Only this control (repeatable, or separated by commas)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from demo" -l exclude -d 'Not this control (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from demo" -l framework -d 'Only controls that serve this framework, or one requirement of it: soc2, cis-aws-7.0:6.3 (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from demo" -l service -d 'Only controls of this service: s3, iam, ... (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from demo" -l severity -d 'Only controls of this severity or a worse one' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from demo" -l param -d 'Set a parameter of a control: AWS-IAM-004.max_age=60d (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from demo" -l fail-on -d 'Exit with 1 if a finding of this severity or a worse one is open; `none` never' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from demo" -l record -d 'Write the inventory to this snapshot file, to scan it again offline' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from demo" -l format -d 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)' -r -f -a "table\t'For people; fits 80 columns'
json\t'For programs'"
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from demo" -s o -l output -d 'Write to this file instead of stdout; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from demo" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from demo" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from demo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand scan; and __fish_seen_subcommand_from demo" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and not __fish_seen_subcommand_from list show diff waive unwaive" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and not __fish_seen_subcommand_from list show diff waive unwaive" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and not __fish_seen_subcommand_from list show diff waive unwaive" -s h -l help -d 'Print help'
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and not __fish_seen_subcommand_from list show diff waive unwaive" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and not __fish_seen_subcommand_from list show diff waive unwaive" -f -a "list" -d 'List findings: by default those that are open, and what could not be evaluated'
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and not __fish_seen_subcommand_from list show diff waive unwaive" -f -a "show" -d 'Explain one finding: what, why, evidence, how to repair, history'
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and not __fish_seen_subcommand_from list show diff waive unwaive" -f -a "diff" -d 'Compare two scans: what is new, what is resolved, what changed'
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and not __fish_seen_subcommand_from list show diff waive unwaive" -f -a "waive" -d 'Accept findings until a day, for a reason'
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and not __fish_seen_subcommand_from list show diff waive unwaive" -f -a "unwaive" -d 'Take the waivers of findings back'
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from list" -l severity -d 'This severity or a worse one' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from list" -l status -d 'open, fixed, resolved or waived (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from list" -l verdict -d 'PASS, FAIL, ERROR, NOT_APPLICABLE or MANUAL (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from list" -l control -d 'A control id; `*` stands for any text (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from list" -l framework -d 'Controls that serve this framework, or one requirement of it' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from list" -l account -d 'An account (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from list" -l region -d 'A region (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from list" -l service -d 'A service: s3, iam, ... (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from list" -l type -d 'A resource type: aws.s3.bucket, ... (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from list" -l resource -d 'A text in the resource\'s id or name (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from list" -l scan -d 'As this scan left them [default: as they are now]' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from list" -l format -d 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)' -r -f -a "table\t'For people; fits 80 columns'
json\t'For programs'"
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from list" -s o -l output -d 'Write to this file instead of stdout; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from list" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from list" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from list" -l all -d 'Everything, whatever its verdict and status'
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from show" -l format -d 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)' -r -f -a "table\t'For people; fits 80 columns'
json\t'For programs'"
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from show" -s o -l output -d 'Write to this file instead of stdout; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from show" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from show" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from diff" -l format -d 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)' -r -f -a "table\t'For people; fits 80 columns'
json\t'For programs'"
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from diff" -s o -l output -d 'Write to this file instead of stdout; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from diff" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from diff" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from diff" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from waive" -l until -d 'The last day of the waiver, in UTC: 2027-03-31' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from waive" -l reason -d 'Why the findings are accepted' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from waive" -l owner -d 'Who answers for it' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from waive" -l approver -d 'Who approved it [default: the owner]' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from waive" -l format -d 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)' -r -f -a "table\t'For people; fits 80 columns'
json\t'For programs'"
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from waive" -s o -l output -d 'Write to this file instead of stdout; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from waive" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from waive" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from waive" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from waive" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from unwaive" -l reason -d 'Why the waivers are taken back' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from unwaive" -l format -d 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)' -r -f -a "table\t'For people; fits 80 columns'
json\t'For programs'"
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from unwaive" -s o -l output -d 'Write to this file instead of stdout; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from unwaive" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from unwaive" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from unwaive" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand findings; and __fish_seen_subcommand_from unwaive" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and not __fish_seen_subcommand_from list show lint test permissions docs" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and not __fish_seen_subcommand_from list show lint test permissions docs" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and not __fish_seen_subcommand_from list show lint test permissions docs" -s h -l help -d 'Print help'
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and not __fish_seen_subcommand_from list show lint test permissions docs" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and not __fish_seen_subcommand_from list show lint test permissions docs" -f -a "list" -d 'List controls'
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and not __fish_seen_subcommand_from list show lint test permissions docs" -f -a "show" -d 'Explain one control'
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and not __fish_seen_subcommand_from list show lint test permissions docs" -f -a "lint" -d 'Check control files: fields, types, expressions, framework ids, tests'
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and not __fish_seen_subcommand_from list show lint test permissions docs" -f -a "test" -d 'Run the tests that stand in control files'
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and not __fish_seen_subcommand_from list show lint test permissions docs" -f -a "permissions" -d 'Print the least-privilege IAM policy that scanning a selection needs'
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and not __fish_seen_subcommand_from list show lint test permissions docs" -f -a "docs" -d 'Write the reference pages of all controls and resource types'
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from list" -l control -d 'Only this control (repeatable, or separated by commas)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from list" -l exclude -d 'Not this control (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from list" -l framework -d 'Only controls that serve this framework, or one requirement of it: soc2, cis-aws-7.0:6.3 (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from list" -l service -d 'Only controls of this service: s3, iam, ... (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from list" -l severity -d 'Only controls of this severity or a worse one' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from list" -l format -d 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)' -r -f -a "table\t'For people; fits 80 columns'
json\t'For programs'"
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from list" -s o -l output -d 'Write to this file instead of stdout; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from list" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from list" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from show" -l format -d 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)' -r -f -a "table\t'For people; fits 80 columns'
json\t'For programs'"
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from show" -s o -l output -d 'Write to this file instead of stdout; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from show" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from show" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from lint" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from lint" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from lint" -s h -l help -d 'Print help'
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from lint" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from test" -l control -d 'Only this control (repeatable, or separated by commas)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from test" -l exclude -d 'Not this control (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from test" -l framework -d 'Only controls that serve this framework, or one requirement of it: soc2, cis-aws-7.0:6.3 (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from test" -l service -d 'Only controls of this service: s3, iam, ... (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from test" -l severity -d 'Only controls of this severity or a worse one' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from test" -l format -d 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)' -r -f -a "table\t'For people; fits 80 columns'
json\t'For programs'"
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from test" -s o -l output -d 'Write to this file instead of stdout; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from test" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from test" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from test" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from test" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from permissions" -l control -d 'Only this control (repeatable, or separated by commas)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from permissions" -l exclude -d 'Not this control (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from permissions" -l framework -d 'Only controls that serve this framework, or one requirement of it: soc2, cis-aws-7.0:6.3 (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from permissions" -l service -d 'Only controls of this service: s3, iam, ... (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from permissions" -l severity -d 'Only controls of this severity or a worse one' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from permissions" -s o -l output -d 'Write to this file instead of stdout' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from permissions" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from permissions" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from permissions" -l repair-readings -d 'Also what `ciacm scan aws --repair-readings` reads'
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from permissions" -s h -l help -d 'Print help'
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from permissions" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from docs" -l write -d 'Write the pages below this directory' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from docs" -l check -d 'Compare the pages below this directory with the library' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from docs" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from docs" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from docs" -s h -l help -d 'Print help'
complete -c ciacm -n "__fish_ciacm_using_subcommand controls; and __fish_seen_subcommand_from docs" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand frameworks; and not __fish_seen_subcommand_from list show status" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand frameworks; and not __fish_seen_subcommand_from list show status" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand frameworks; and not __fish_seen_subcommand_from list show status" -s h -l help -d 'Print help'
complete -c ciacm -n "__fish_ciacm_using_subcommand frameworks; and not __fish_seen_subcommand_from list show status" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand frameworks; and not __fish_seen_subcommand_from list show status" -f -a "list" -d 'List the frameworks and how much of each the controls cover'
complete -c ciacm -n "__fish_ciacm_using_subcommand frameworks; and not __fish_seen_subcommand_from list show status" -f -a "show" -d 'List the requirements of a framework and the controls that serve them'
complete -c ciacm -n "__fish_ciacm_using_subcommand frameworks; and not __fish_seen_subcommand_from list show status" -f -a "status" -d 'Show where you stand: per requirement met, failing, could not be evaluated, not covered'
complete -c ciacm -n "__fish_ciacm_using_subcommand frameworks; and __fish_seen_subcommand_from list" -l format -d 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)' -r -f -a "table\t'For people; fits 80 columns'
json\t'For programs'"
complete -c ciacm -n "__fish_ciacm_using_subcommand frameworks; and __fish_seen_subcommand_from list" -s o -l output -d 'Write to this file instead of stdout; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand frameworks; and __fish_seen_subcommand_from list" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand frameworks; and __fish_seen_subcommand_from list" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand frameworks; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand frameworks; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand frameworks; and __fish_seen_subcommand_from show" -l format -d 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)' -r -f -a "table\t'For people; fits 80 columns'
json\t'For programs'"
complete -c ciacm -n "__fish_ciacm_using_subcommand frameworks; and __fish_seen_subcommand_from show" -s o -l output -d 'Write to this file instead of stdout; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand frameworks; and __fish_seen_subcommand_from show" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand frameworks; and __fish_seen_subcommand_from show" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand frameworks; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand frameworks; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand frameworks; and __fish_seen_subcommand_from status" -l scan -d 'The scan to take, by its id or the beginning of it' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand frameworks; and __fish_seen_subcommand_from status" -l format -d 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)' -r -f -a "table\t'For people; fits 80 columns'
json\t'For programs'"
complete -c ciacm -n "__fish_ciacm_using_subcommand frameworks; and __fish_seen_subcommand_from status" -s o -l output -d 'Write to this file instead of stdout; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand frameworks; and __fish_seen_subcommand_from status" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand frameworks; and __fish_seen_subcommand_from status" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand frameworks; and __fish_seen_subcommand_from status" -l all -d 'Also list the requirements that no control covers'
complete -c ciacm -n "__fish_ciacm_using_subcommand frameworks; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand frameworks; and __fish_seen_subcommand_from status" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand evidence; and not __fish_seen_subcommand_from export verify" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand evidence; and not __fish_seen_subcommand_from export verify" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand evidence; and not __fish_seen_subcommand_from export verify" -s h -l help -d 'Print help'
complete -c ciacm -n "__fish_ciacm_using_subcommand evidence; and not __fish_seen_subcommand_from export verify" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand evidence; and not __fish_seen_subcommand_from export verify" -f -a "export" -d 'Write a signed evidence pack for an auditor'
complete -c ciacm -n "__fish_ciacm_using_subcommand evidence; and not __fish_seen_subcommand_from export verify" -f -a "verify" -d 'Verify an evidence pack, and say what that proves and what not'
complete -c ciacm -n "__fish_ciacm_using_subcommand evidence; and __fish_seen_subcommand_from export" -l out -d 'Where to write: a zip file if it ends in `.zip`, else a directory; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand evidence; and __fish_seen_subcommand_from export" -l framework -d 'Only this framework (repeatable, or separated by commas)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand evidence; and __fish_seen_subcommand_from export" -l control -d 'Only this control; `*` stands for any text (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand evidence; and __fish_seen_subcommand_from export" -l period -d 'Of each account the newest finished scan of this period: dates or times, either may be left out' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand evidence; and __fish_seen_subcommand_from export" -l from -d 'The first day or moment of the period' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand evidence; and __fish_seen_subcommand_from export" -l to -d 'The last day or moment of the period' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand evidence; and __fish_seen_subcommand_from export" -l scan -d 'This scan, by its id, the beginning of it, or `latest`' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand evidence; and __fish_seen_subcommand_from export" -l previous -d 'Prove that the audit log goes on from this pack [default: from the last pack of this home]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand evidence; and __fish_seen_subcommand_from export" -l tsa -d 'Ask this time-stamping authority (RFC 3161); it receives hashes only' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand evidence; and __fish_seen_subcommand_from export" -l passphrase-file -d 'The file with the passphrase of the keys, instead of CIACM_PASSPHRASE or CIACM_PASSPHRASE_FILE' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand evidence; and __fish_seen_subcommand_from export" -l format -d 'How to tell what was written' -r -f -a "table\t'For people; fits 80 columns'
json\t'For programs'"
complete -c ciacm -n "__fish_ciacm_using_subcommand evidence; and __fish_seen_subcommand_from export" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand evidence; and __fish_seen_subcommand_from export" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand evidence; and __fish_seen_subcommand_from export" -l tsa-required -d 'Write no pack if the authority gives no time stamp'
complete -c ciacm -n "__fish_ciacm_using_subcommand evidence; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand evidence; and __fish_seen_subcommand_from export" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand evidence; and __fish_seen_subcommand_from verify" -l trusted-ca -d 'The root certificate of whoever should have signed, got by another way than the pack (repeatable)' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand evidence; and __fish_seen_subcommand_from verify" -l tsa-ca -d 'The root certificate of the time-stamping authority (repeatable)' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand evidence; and __fish_seen_subcommand_from verify" -l against -d 'An older pack of the same organisation: nothing of its audit log may have been changed or taken out since' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand evidence; and __fish_seen_subcommand_from verify" -l format -d 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)' -r -f -a "table\t'For people; fits 80 columns'
json\t'For programs'"
complete -c ciacm -n "__fish_ciacm_using_subcommand evidence; and __fish_seen_subcommand_from verify" -s o -l output -d 'Write to this file instead of stdout; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand evidence; and __fish_seen_subcommand_from verify" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand evidence; and __fish_seen_subcommand_from verify" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand evidence; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand evidence; and __fish_seen_subcommand_from verify" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and not __fish_seen_subcommand_from list new enroll rotate export" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and not __fish_seen_subcommand_from list new enroll rotate export" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and not __fish_seen_subcommand_from list new enroll rotate export" -s h -l help -d 'Print help'
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and not __fish_seen_subcommand_from list new enroll rotate export" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and not __fish_seen_subcommand_from list new enroll rotate export" -f -a "list" -d 'List the keys'
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and not __fish_seen_subcommand_from list new enroll rotate export" -f -a "new" -d 'Make a key for a named person or role, with a certificate of the organisation'
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and not __fish_seen_subcommand_from list new enroll rotate export" -f -a "enroll" -d 'Register a certificate, an SSH key, or an own key with its certificate'
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and not __fish_seen_subcommand_from list new enroll rotate export" -f -a "rotate" -d 'Replace the signing key, renew the revocation list, revoke a certificate'
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and not __fish_seen_subcommand_from list new enroll rotate export" -f -a "export" -d 'Copy the certificates and the revocation list to a directory'
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from list" -l format -d 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)' -r -f -a "table\t'For people; fits 80 columns'
json\t'For programs'"
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from list" -s o -l output -d 'Write to this file instead of stdout; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from list" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from list" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from new" -l ca-key -d 'The organisation\'s root key, if it was moved out of the home' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from new" -l ca-passphrase-file -d 'The file with the root key\'s passphrase, instead of CIACM_PASSPHRASE or CIACM_PASSPHRASE_FILE' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from new" -l passphrase-file -d 'The file with the passphrase of the new keys, instead of CIACM_PASSPHRASE or CIACM_PASSPHRASE_FILE' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from new" -l format -d 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)' -r -f -a "table\t'For people; fits 80 columns'
json\t'For programs'"
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from new" -s o -l output -d 'Write to this file instead of stdout; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from new" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from new" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from new" -l no-passphrase -d 'Do not encrypt the new keys: whoever reads their files can sign'
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from new" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from new" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from enroll" -l name -d 'What the key is called in commands [default: the name in the certificate, the comment of the SSH key]' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from enroll" -l role -d '`signer` signs for the organisation in place of the present key, `approver` approves plans [default: signer if the key can sign here, else approver]' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from enroll" -l key -d 'The key of the certificate: P-256 as PKCS #8, PEM or DER, encrypted or not' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from enroll" -l passphrase-file -d 'The file with the passphrase of the new keys, instead of CIACM_PASSPHRASE or CIACM_PASSPHRASE_FILE' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from enroll" -l format -d 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)' -r -f -a "table\t'For people; fits 80 columns'
json\t'For programs'"
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from enroll" -s o -l output -d 'Write to this file instead of stdout; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from enroll" -l external-signer -d 'A command that signs: it gets a SHA-256 digest (32 bytes) on stdin and writes the signature to stdout. Must come last: everything after it is the command' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from enroll" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from enroll" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from enroll" -l no-passphrase -d 'Do not encrypt the new keys: whoever reads their files can sign'
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from enroll" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from enroll" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from rotate" -l revoke -d 'Also revoke the certificate with this serial number' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from rotate" -l reason -d 'Why it is revoked: key-compromise, superseded, cessation-of-operation or affiliation-changed' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from rotate" -l ca-key -d 'The organisation\'s root key, if it was moved out of the home' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from rotate" -l ca-passphrase-file -d 'The file with the root key\'s passphrase, instead of CIACM_PASSPHRASE or CIACM_PASSPHRASE_FILE' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from rotate" -l passphrase-file -d 'The file with the passphrase of the new keys, instead of CIACM_PASSPHRASE or CIACM_PASSPHRASE_FILE' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from rotate" -l format -d 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)' -r -f -a "table\t'For people; fits 80 columns'
json\t'For programs'"
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from rotate" -s o -l output -d 'Write to this file instead of stdout; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from rotate" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from rotate" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from rotate" -l only-revocation-list -d 'Keep the signing key: only renew the revocation list, and revoke what --revoke names'
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from rotate" -l no-passphrase -d 'Do not encrypt the new keys: whoever reads their files can sign'
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from rotate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from rotate" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from export" -l format -d 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)' -r -f -a "table\t'For people; fits 80 columns'
json\t'For programs'"
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from export" -s o -l output -d 'Write to this file instead of stdout; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from export" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from export" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from export" -l private -d 'Also the signing key, encrypted as it is in the home'
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand key; and __fish_seen_subcommand_from export" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and not __fish_seen_subcommand_from list show verify checkpoint anchor" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and not __fish_seen_subcommand_from list show verify checkpoint anchor" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and not __fish_seen_subcommand_from list show verify checkpoint anchor" -s h -l help -d 'Print help'
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and not __fish_seen_subcommand_from list show verify checkpoint anchor" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and not __fish_seen_subcommand_from list show verify checkpoint anchor" -f -a "list" -d 'List the entries of the audit log, the last 100 in a table, or export them byte for byte'
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and not __fish_seen_subcommand_from list show verify checkpoint anchor" -f -a "show" -d 'Show one entry, with the proof that it is in the log'
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and not __fish_seen_subcommand_from list show verify checkpoint anchor" -f -a "verify" -d 'Recompute the whole log and compare it with every checkpoint; exit code 4 if it does not hold'
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and not __fish_seen_subcommand_from list show verify checkpoint anchor" -f -a "checkpoint" -d 'Make a signed checkpoint of the log now'
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and not __fish_seen_subcommand_from list show verify checkpoint anchor" -f -a "anchor" -d 'Copy the checkpoints to where who can write the home cannot'
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from list" -l event -d 'An event, or the first word of several: finding.opened, scan (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from list" -l since -d 'Entries of this date or time, or later' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from list" -l until -d 'Entries up to the end of this date, or before this time' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from list" -l account -d 'An account (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from list" -l control -d 'A control id (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from list" -l resource -d 'A text in the resource\'s id (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from list" -l actor -d 'A user (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from list" -l text -d 'A text anywhere in the entry' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from list" -l last -d 'Only so many of them, the last ones [default: 100 in a table, otherwise all]' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from list" -l format -d 'How to print: `table` for people; `json` and `jsonl` give the entries byte for byte, one a line' -r -f -a "table\t'For people; fits 80 columns'
json\t'An array'
jsonl\t'One entry a line, the exact bytes that are hashed'"
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from list" -s o -l output -d 'Write to this file instead of stdout; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from list" -l export -d 'As `--format jsonl --output FILE`' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from list" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from list" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from show" -l format -d 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)' -r -f -a "table\t'For people; fits 80 columns'
json\t'For programs'"
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from show" -s o -l output -d 'Write to this file instead of stdout; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from show" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from show" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from verify" -l against -d 'A checkpoint that was kept elsewhere, or a directory of them (repeatable)' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from verify" -l entries -d 'Verify this export (`audit list --export`) instead of the home\'s log; needs no home' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from verify" -l trusted-ca -d 'The root certificate that signatures must come from, got by another channel (repeatable) [default: the home\'s]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from verify" -l tsa-ca -d 'The root certificate of a time-stamping authority that is believed (repeatable)' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from verify" -l format -d 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)' -r -f -a "table\t'For people; fits 80 columns'
json\t'For programs'"
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from verify" -s o -l output -d 'Write to this file instead of stdout; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from verify" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from verify" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from verify" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from checkpoint" -l tsa -d 'Ask this time-stamping authority (RFC 3161) for a time stamp; it is sent a hash and nothing else' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from checkpoint" -l passphrase-file -d 'The file with the passphrase of the keys, instead of CIACM_PASSPHRASE or CIACM_PASSPHRASE_FILE' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from checkpoint" -l format -d 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)' -r -f -a "table\t'For people; fits 80 columns'
json\t'For programs'"
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from checkpoint" -s o -l output -d 'Write to this file instead of stdout; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from checkpoint" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from checkpoint" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from checkpoint" -l tsa-required -d 'Fail if there is no time stamp, instead of warning'
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from checkpoint" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from checkpoint" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from anchor" -l to -d 'A directory, `git:DIR` for a commit in the git repository there, or `s3://BUCKET/PREFIX`' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from anchor" -l format -d 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)' -r -f -a "table\t'For people; fits 80 columns'
json\t'For programs'"
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from anchor" -s o -l output -d 'Write to this file instead of stdout; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from anchor" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from anchor" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from anchor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand audit; and __fish_seen_subcommand_from anchor" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and not __fish_seen_subcommand_from plan approve apply status resume" -l control -d 'Only findings of this control; `*` stands for any text (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and not __fish_seen_subcommand_from plan approve apply status resume" -l severity -d 'Only findings of this severity or a worse one' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and not __fish_seen_subcommand_from plan approve apply status resume" -l framework -d 'Only findings of controls that serve this framework, or one requirement of it' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and not __fish_seen_subcommand_from plan approve apply status resume" -l account -d 'Only findings in this account (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and not __fish_seen_subcommand_from plan approve apply status resume" -l param -d 'Set a parameter of a control [default: as in the scan]' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and not __fish_seen_subcommand_from plan approve apply status resume" -l protect -d 'Never touch resources whose id or name matches; `*` stands for any text (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and not __fish_seen_subcommand_from plan approve apply status resume" -l max-changes -d 'One run changes so many resources at most' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and not __fish_seen_subcommand_from plan approve apply status resume" -l max-failures -d 'A run stops after so many failures' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and not __fish_seen_subcommand_from plan approve apply status resume" -l expires -d 'How long the plan may be applied: 24h, 90m, 7d' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and not __fish_seen_subcommand_from plan approve apply status resume" -l out -d 'Write the plan to this file, to be approved and applied' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and not __fish_seen_subcommand_from plan approve apply status resume" -l profile -d 'The profile of the AWS configuration files; before credentials of the environment [env: AWS_PROFILE, after them]' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and not __fish_seen_subcommand_from plan approve apply status resume" -l role-arn -d 'The account of this role instead of your own (repeatable, one account each)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and not __fish_seen_subcommand_from plan approve apply status resume" -l external-id -d 'The external id that the roles\' trust policies ask for' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and not __fish_seen_subcommand_from plan approve apply status resume" -l session-name -d 'The name of the role sessions, as CloudTrail will show it' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and not __fish_seen_subcommand_from plan approve apply status resume" -l endpoint-url -d 'One endpoint for every service: an emulator or a private endpoint' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and not __fish_seen_subcommand_from plan approve apply status resume" -l max-rate -d 'At most so many HTTP requests a second' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and not __fish_seen_subcommand_from plan approve apply status resume" -l max-attempts -d 'At most so many attempts of one call' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and not __fish_seen_subcommand_from plan approve apply status resume" -l call-timeout -d 'Give up an attempt of a call after so many seconds' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and not __fish_seen_subcommand_from plan approve apply status resume" -l concurrency -d 'At most so many calls at once' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and not __fish_seen_subcommand_from plan approve apply status resume" -l format -d 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)' -r -f -a "table\t'For people; fits 80 columns'
json\t'For programs'"
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and not __fish_seen_subcommand_from plan approve apply status resume" -s o -l output -d 'Write to this file instead of stdout; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and not __fish_seen_subcommand_from plan approve apply status resume" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and not __fish_seen_subcommand_from plan approve apply status resume" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and not __fish_seen_subcommand_from plan approve apply status resume" -l dry-run -d 'Show what would be done, as `remediate plan`'
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and not __fish_seen_subcommand_from plan approve apply status resume" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and not __fish_seen_subcommand_from plan approve apply status resume" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and not __fish_seen_subcommand_from plan approve apply status resume" -a "plan" -d 'Show what would be done, and write it down to be approved: nothing is changed'
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and not __fish_seen_subcommand_from plan approve apply status resume" -a "approve" -d 'Approve a plan, or a rollback that needs it, with your key'
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and not __fish_seen_subcommand_from plan approve apply status resume" -a "apply" -d 'Apply an approved plan: each change is compared, written down, made once, verified'
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and not __fish_seen_subcommand_from plan approve apply status resume" -a "status" -d 'Show runs, and what became of their actions'
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and not __fish_seen_subcommand_from plan approve apply status resume" -a "resume" -d 'Go on with a run that was interrupted, stopped, or waits after its canaries'
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from plan" -l control -d 'Only findings of this control; `*` stands for any text (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from plan" -l severity -d 'Only findings of this severity or a worse one' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from plan" -l framework -d 'Only findings of controls that serve this framework, or one requirement of it' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from plan" -l account -d 'Only findings in this account (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from plan" -l param -d 'Set a parameter of a control [default: as in the scan]' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from plan" -l protect -d 'Never touch resources whose id or name matches; `*` stands for any text (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from plan" -l max-changes -d 'One run changes so many resources at most' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from plan" -l max-failures -d 'A run stops after so many failures' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from plan" -l expires -d 'How long the plan may be applied: 24h, 90m, 7d' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from plan" -l out -d 'Write the plan to this file, to be approved and applied' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from plan" -l profile -d 'The profile of the AWS configuration files; before credentials of the environment [env: AWS_PROFILE, after them]' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from plan" -l role-arn -d 'The account of this role instead of your own (repeatable, one account each)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from plan" -l external-id -d 'The external id that the roles\' trust policies ask for' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from plan" -l session-name -d 'The name of the role sessions, as CloudTrail will show it' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from plan" -l endpoint-url -d 'One endpoint for every service: an emulator or a private endpoint' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from plan" -l max-rate -d 'At most so many HTTP requests a second' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from plan" -l max-attempts -d 'At most so many attempts of one call' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from plan" -l call-timeout -d 'Give up an attempt of a call after so many seconds' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from plan" -l concurrency -d 'At most so many calls at once' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from plan" -l format -d 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)' -r -f -a "table\t'For people; fits 80 columns'
json\t'For programs'"
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from plan" -s o -l output -d 'Write to this file instead of stdout; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from plan" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from plan" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from plan" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from plan" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from approve" -l rollback -d 'Approve the rollback of this run' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from approve" -l action -d 'Only of this action (repeatable) [default: all]' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from approve" -l key -d 'Approve with this key of the home [default: the organisation\'s]' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from approve" -l ssh-key -d 'Approve with this SSH key, private, or public with the private one in ssh-agent or on a token' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from approve" -l role -d 'In what role you approve; it is signed with the rest' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from approve" -l expires -d 'How long the approval counts, at most as long as the plan: 24h, 90m' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from approve" -l passphrase-file -d 'The file with the passphrase of the keys, instead of CIACM_PASSPHRASE or CIACM_PASSPHRASE_FILE' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from approve" -l format -d 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)' -r -f -a "table\t'For people; fits 80 columns'
json\t'For programs'"
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from approve" -s o -l output -d 'Write to this file instead of stdout; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from approve" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from approve" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from approve" -l force -d 'The rollback with --force'
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from approve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from approve" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from apply" -l max-changes -d 'Refuse a plan that changes more resources; the plan\'s own limit holds too' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from apply" -l max-failures -d 'Stop after so many failures; the plan\'s own limit holds too' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from apply" -l canary -d 'So many disruptive actions first; then wait for `ciacm remediate resume`' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from apply" -l protect -d 'Never touch resources whose id or name matches; `*` stands for any text (repeatable)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from apply" -l wait -d 'At most so many seconds until a change shows [default: what the change may take]' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from apply" -l profile -d 'The profile of the AWS configuration files; before credentials of the environment [env: AWS_PROFILE, after them]' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from apply" -l role-arn -d 'The account of this role instead of your own (repeatable, one account each)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from apply" -l external-id -d 'The external id that the roles\' trust policies ask for' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from apply" -l session-name -d 'The name of the role sessions, as CloudTrail will show it' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from apply" -l endpoint-url -d 'One endpoint for every service: an emulator or a private endpoint' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from apply" -l max-rate -d 'At most so many HTTP requests a second' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from apply" -l max-attempts -d 'At most so many attempts of one call' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from apply" -l call-timeout -d 'Give up an attempt of a call after so many seconds' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from apply" -l concurrency -d 'At most so many calls at once' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from apply" -l format -d 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)' -r -f -a "table\t'For people; fits 80 columns'
json\t'For programs'"
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from apply" -s o -l output -d 'Write to this file instead of stdout; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from apply" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from apply" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from apply" -s y -l yes -d 'Do not ask'
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from apply" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from apply" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from status" -l format -d 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)' -r -f -a "table\t'For people; fits 80 columns'
json\t'For programs'"
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from status" -s o -l output -d 'Write to this file instead of stdout; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from status" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from status" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from status" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from resume" -l wait -d 'At most so many seconds until a change shows [default: what the change may take]' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from resume" -l profile -d 'The profile of the AWS configuration files; before credentials of the environment [env: AWS_PROFILE, after them]' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from resume" -l role-arn -d 'The account of this role instead of your own (repeatable, one account each)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from resume" -l external-id -d 'The external id that the roles\' trust policies ask for' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from resume" -l session-name -d 'The name of the role sessions, as CloudTrail will show it' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from resume" -l endpoint-url -d 'One endpoint for every service: an emulator or a private endpoint' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from resume" -l max-rate -d 'At most so many HTTP requests a second' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from resume" -l max-attempts -d 'At most so many attempts of one call' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from resume" -l call-timeout -d 'Give up an attempt of a call after so many seconds' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from resume" -l concurrency -d 'At most so many calls at once' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from resume" -l format -d 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)' -r -f -a "table\t'For people; fits 80 columns'
json\t'For programs'"
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from resume" -s o -l output -d 'Write to this file instead of stdout; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from resume" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from resume" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from resume" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand remediate; and __fish_seen_subcommand_from resume" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand rollback" -l action -d 'Only this action (repeatable) [default: all, the last first]' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand rollback" -l wait -d 'At most so many seconds until a change shows [default: what the change may take]' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand rollback" -l profile -d 'The profile of the AWS configuration files; before credentials of the environment [env: AWS_PROFILE, after them]' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand rollback" -l role-arn -d 'The account of this role instead of your own (repeatable, one account each)' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand rollback" -l external-id -d 'The external id that the roles\' trust policies ask for' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand rollback" -l session-name -d 'The name of the role sessions, as CloudTrail will show it' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand rollback" -l endpoint-url -d 'One endpoint for every service: an emulator or a private endpoint' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand rollback" -l max-rate -d 'At most so many HTTP requests a second' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand rollback" -l max-attempts -d 'At most so many attempts of one call' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand rollback" -l call-timeout -d 'Give up an attempt of a call after so many seconds' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand rollback" -l concurrency -d 'At most so many calls at once' -r
complete -c ciacm -n "__fish_ciacm_using_subcommand rollback" -l format -d 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)' -r -f -a "table\t'For people; fits 80 columns'
json\t'For programs'"
complete -c ciacm -n "__fish_ciacm_using_subcommand rollback" -s o -l output -d 'Write to this file instead of stdout; it appears whole or not at all' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand rollback" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand rollback" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand rollback" -l keep -d 'Keep what somebody else changed since, and never ask again'
complete -c ciacm -n "__fish_ciacm_using_subcommand rollback" -l only-ours -d 'Where somebody else changed the resource since, undo only what is still as the run left it'
complete -c ciacm -n "__fish_ciacm_using_subcommand rollback" -l force -d 'Undo even what somebody else changed since; takes an approval'
complete -c ciacm -n "__fish_ciacm_using_subcommand rollback" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c ciacm -n "__fish_ciacm_using_subcommand rollback" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand completions" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand completions" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand completions" -s h -l help -d 'Print help'
complete -c ciacm -n "__fish_ciacm_using_subcommand completions" -s V -l version -d 'Print version'
complete -c ciacm -n "__fish_ciacm_using_subcommand man" -l home -d 'Where findings are kept [default: the platform\'s data directory]' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand man" -l controls -d 'Also load the controls of this directory (repeatable); the same id replaces a shipped control' -r -F
complete -c ciacm -n "__fish_ciacm_using_subcommand man" -s h -l help -d 'Print help'
complete -c ciacm -n "__fish_ciacm_using_subcommand man" -s V -l version -d 'Print version'
