
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'ciacm' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'ciacm'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'ciacm' {
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Make the home: database, organisation, signing identity')
            [CompletionResult]::new('scan', 'scan', [CompletionResultType]::ParameterValue, 'Collect an inventory, evaluate the controls, record the findings')
            [CompletionResult]::new('findings', 'findings', [CompletionResultType]::ParameterValue, 'List and explain findings')
            [CompletionResult]::new('controls', 'controls', [CompletionResultType]::ParameterValue, 'List, explain, check and test controls')
            [CompletionResult]::new('frameworks', 'frameworks', [CompletionResultType]::ParameterValue, 'List frameworks and show where you stand with them')
            [CompletionResult]::new('evidence', 'evidence', [CompletionResultType]::ParameterValue, 'Export evidence packs for auditors, and verify them')
            [CompletionResult]::new('key', 'key', [CompletionResultType]::ParameterValue, 'List, make, register, replace and export signing keys')
            [CompletionResult]::new('audit', 'audit', [CompletionResultType]::ParameterValue, 'List, show and verify the entries of the audit log; make and copy its checkpoints')
            [CompletionResult]::new('remediate', 'remediate', [CompletionResultType]::ParameterValue, 'Plan, approve and apply repairs, each verified and reversible')
            [CompletionResult]::new('rollback', 'rollback', [CompletionResultType]::ParameterValue, 'Undo a run: every resource goes back to what it was, if it is still as the run left it')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page')
            break
        }
        'ciacm;init' {
            [CompletionResult]::new('--organisation', '--organisation', [CompletionResultType]::ParameterName, 'The organisation''s name, as it stands in certificates and reports')
            [CompletionResult]::new('--certificate', '--certificate', [CompletionResultType]::ParameterName, 'The certificate of an own key, with those of its issuers (PEM)')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The own key: P-256 as PKCS #8, PEM or DER, encrypted or not')
            [CompletionResult]::new('--pkcs12', '--pkcs12', [CompletionResultType]::ParameterName, 'An own key with its certificates in a PKCS #12 file')
            [CompletionResult]::new('--external-signer', '--external-signer', [CompletionResultType]::ParameterName, 'A command that signs: it gets a SHA-256 digest (32 bytes) on stdin and writes the signature to stdout. Must come last: everything after it is the command')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'The file with the passphrase of the new keys, instead of CIACM_PASSPHRASE or CIACM_PASSPHRASE_FILE')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('--no-passphrase', '--no-passphrase', [CompletionResultType]::ParameterName, 'Do not encrypt the new keys: whoever reads their files can sign')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;scan' {
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('aws', 'aws', [CompletionResultType]::ParameterValue, 'Scan AWS accounts, reading only')
            [CompletionResult]::new('snapshot', 'snapshot', [CompletionResultType]::ParameterValue, 'Scan a recorded inventory, offline, with the verdicts of its time')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Scan the built-in demo estate, offline: no account, no network')
            break
        }
        'ciacm;scan;aws' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the AWS configuration files; before credentials of the environment [env: AWS_PROFILE, after them]')
            [CompletionResult]::new('--role-arn', '--role-arn', [CompletionResultType]::ParameterName, 'The account of this role instead of your own (repeatable, one account each)')
            [CompletionResult]::new('--external-id', '--external-id', [CompletionResultType]::ParameterName, 'The external id that the roles'' trust policies ask for')
            [CompletionResult]::new('--session-name', '--session-name', [CompletionResultType]::ParameterName, 'The name of the role sessions, as CloudTrail will show it')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'One endpoint for every service: an emulator or a private endpoint')
            [CompletionResult]::new('--max-rate', '--max-rate', [CompletionResultType]::ParameterName, 'At most so many HTTP requests a second')
            [CompletionResult]::new('--max-attempts', '--max-attempts', [CompletionResultType]::ParameterName, 'At most so many attempts of one call')
            [CompletionResult]::new('--call-timeout', '--call-timeout', [CompletionResultType]::ParameterName, 'Give up an attempt of a call after so many seconds')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'At most so many calls at once')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Only this region (repeatable, or separated by commas) [default: all that the account has enabled]')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Go on with an interrupted scan [default: the latest]; its selection holds')
            [CompletionResult]::new('--control', '--control', [CompletionResultType]::ParameterName, 'Only this control (repeatable, or separated by commas)')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'Not this control (repeatable)')
            [CompletionResult]::new('--framework', '--framework', [CompletionResultType]::ParameterName, 'Only controls that serve this framework, or one requirement of it: soc2, cis-aws-7.0:6.3 (repeatable)')
            [CompletionResult]::new('--service', '--service', [CompletionResultType]::ParameterName, 'Only controls of this service: s3, iam, ... (repeatable)')
            [CompletionResult]::new('--severity', '--severity', [CompletionResultType]::ParameterName, 'Only controls of this severity or a worse one')
            [CompletionResult]::new('--param', '--param', [CompletionResultType]::ParameterName, 'Set a parameter of a control: AWS-IAM-004.max_age=60d (repeatable)')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Exit with 1 if a finding of this severity or a worse one is open; `none` never')
            [CompletionResult]::new('--record', '--record', [CompletionResultType]::ParameterName, 'Write the inventory to this snapshot file, to scan it again offline')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('--repair-readings', '--repair-readings', [CompletionResultType]::ParameterName, 'Also read what repairs look at and checks do not, so that repairs can be planned from a recording; takes the permissions of `ciacm controls permissions --repair-readings`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;scan;snapshot' {
            [CompletionResult]::new('--control', '--control', [CompletionResultType]::ParameterName, 'Only this control (repeatable, or separated by commas)')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'Not this control (repeatable)')
            [CompletionResult]::new('--framework', '--framework', [CompletionResultType]::ParameterName, 'Only controls that serve this framework, or one requirement of it: soc2, cis-aws-7.0:6.3 (repeatable)')
            [CompletionResult]::new('--service', '--service', [CompletionResultType]::ParameterName, 'Only controls of this service: s3, iam, ... (repeatable)')
            [CompletionResult]::new('--severity', '--severity', [CompletionResultType]::ParameterName, 'Only controls of this severity or a worse one')
            [CompletionResult]::new('--param', '--param', [CompletionResultType]::ParameterName, 'Set a parameter of a control: AWS-IAM-004.max_age=60d (repeatable)')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Exit with 1 if a finding of this severity or a worse one is open; `none` never')
            [CompletionResult]::new('--record', '--record', [CompletionResultType]::ParameterName, 'Write the inventory to this snapshot file, to scan it again offline')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;scan;demo' {
            [CompletionResult]::new('--control', '--control', [CompletionResultType]::ParameterName, 'Only this control (repeatable, or separated by commas)')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'Not this control (repeatable)')
            [CompletionResult]::new('--framework', '--framework', [CompletionResultType]::ParameterName, 'Only controls that serve this framework, or one requirement of it: soc2, cis-aws-7.0:6.3 (repeatable)')
            [CompletionResult]::new('--service', '--service', [CompletionResultType]::ParameterName, 'Only controls of this service: s3, iam, ... (repeatable)')
            [CompletionResult]::new('--severity', '--severity', [CompletionResultType]::ParameterName, 'Only controls of this severity or a worse one')
            [CompletionResult]::new('--param', '--param', [CompletionResultType]::ParameterName, 'Set a parameter of a control: AWS-IAM-004.max_age=60d (repeatable)')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Exit with 1 if a finding of this severity or a worse one is open; `none` never')
            [CompletionResult]::new('--record', '--record', [CompletionResultType]::ParameterName, 'Write the inventory to this snapshot file, to scan it again offline')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;findings' {
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List findings: by default those that are open, and what could not be evaluated')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Explain one finding: what, why, evidence, how to repair, history')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Compare two scans: what is new, what is resolved, what changed')
            [CompletionResult]::new('waive', 'waive', [CompletionResultType]::ParameterValue, 'Accept findings until a day, for a reason')
            [CompletionResult]::new('unwaive', 'unwaive', [CompletionResultType]::ParameterValue, 'Take the waivers of findings back')
            break
        }
        'ciacm;findings;list' {
            [CompletionResult]::new('--severity', '--severity', [CompletionResultType]::ParameterName, 'This severity or a worse one')
            [CompletionResult]::new('--status', '--status', [CompletionResultType]::ParameterName, 'open, fixed, resolved or waived (repeatable)')
            [CompletionResult]::new('--verdict', '--verdict', [CompletionResultType]::ParameterName, 'PASS, FAIL, ERROR, NOT_APPLICABLE or MANUAL (repeatable)')
            [CompletionResult]::new('--control', '--control', [CompletionResultType]::ParameterName, 'A control id; `*` stands for any text (repeatable)')
            [CompletionResult]::new('--framework', '--framework', [CompletionResultType]::ParameterName, 'Controls that serve this framework, or one requirement of it')
            [CompletionResult]::new('--account', '--account', [CompletionResultType]::ParameterName, 'An account (repeatable)')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'A region (repeatable)')
            [CompletionResult]::new('--service', '--service', [CompletionResultType]::ParameterName, 'A service: s3, iam, ... (repeatable)')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'A resource type: aws.s3.bucket, ... (repeatable)')
            [CompletionResult]::new('--resource', '--resource', [CompletionResultType]::ParameterName, 'A text in the resource''s id or name (repeatable)')
            [CompletionResult]::new('--scan', '--scan', [CompletionResultType]::ParameterName, 'As this scan left them [default: as they are now]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Everything, whatever its verdict and status')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;findings;show' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;findings;diff' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;findings;waive' {
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'The last day of the waiver, in UTC: 2027-03-31')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why the findings are accepted')
            [CompletionResult]::new('--owner', '--owner', [CompletionResultType]::ParameterName, 'Who answers for it')
            [CompletionResult]::new('--approver', '--approver', [CompletionResultType]::ParameterName, 'Who approved it [default: the owner]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;findings;unwaive' {
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why the waivers are taken back')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;controls' {
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List controls')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Explain one control')
            [CompletionResult]::new('lint', 'lint', [CompletionResultType]::ParameterValue, 'Check control files: fields, types, expressions, framework ids, tests')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Run the tests that stand in control files')
            [CompletionResult]::new('permissions', 'permissions', [CompletionResultType]::ParameterValue, 'Print the least-privilege IAM policy that scanning a selection needs')
            [CompletionResult]::new('docs', 'docs', [CompletionResultType]::ParameterValue, 'Write the reference pages of all controls and resource types')
            break
        }
        'ciacm;controls;list' {
            [CompletionResult]::new('--control', '--control', [CompletionResultType]::ParameterName, 'Only this control (repeatable, or separated by commas)')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'Not this control (repeatable)')
            [CompletionResult]::new('--framework', '--framework', [CompletionResultType]::ParameterName, 'Only controls that serve this framework, or one requirement of it: soc2, cis-aws-7.0:6.3 (repeatable)')
            [CompletionResult]::new('--service', '--service', [CompletionResultType]::ParameterName, 'Only controls of this service: s3, iam, ... (repeatable)')
            [CompletionResult]::new('--severity', '--severity', [CompletionResultType]::ParameterName, 'Only controls of this severity or a worse one')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;controls;show' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;controls;lint' {
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;controls;test' {
            [CompletionResult]::new('--control', '--control', [CompletionResultType]::ParameterName, 'Only this control (repeatable, or separated by commas)')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'Not this control (repeatable)')
            [CompletionResult]::new('--framework', '--framework', [CompletionResultType]::ParameterName, 'Only controls that serve this framework, or one requirement of it: soc2, cis-aws-7.0:6.3 (repeatable)')
            [CompletionResult]::new('--service', '--service', [CompletionResultType]::ParameterName, 'Only controls of this service: s3, iam, ... (repeatable)')
            [CompletionResult]::new('--severity', '--severity', [CompletionResultType]::ParameterName, 'Only controls of this severity or a worse one')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;controls;permissions' {
            [CompletionResult]::new('--control', '--control', [CompletionResultType]::ParameterName, 'Only this control (repeatable, or separated by commas)')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'Not this control (repeatable)')
            [CompletionResult]::new('--framework', '--framework', [CompletionResultType]::ParameterName, 'Only controls that serve this framework, or one requirement of it: soc2, cis-aws-7.0:6.3 (repeatable)')
            [CompletionResult]::new('--service', '--service', [CompletionResultType]::ParameterName, 'Only controls of this service: s3, iam, ... (repeatable)')
            [CompletionResult]::new('--severity', '--severity', [CompletionResultType]::ParameterName, 'Only controls of this severity or a worse one')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('--repair-readings', '--repair-readings', [CompletionResultType]::ParameterName, 'Also what `ciacm scan aws --repair-readings` reads')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;controls;docs' {
            [CompletionResult]::new('--write', '--write', [CompletionResultType]::ParameterName, 'Write the pages below this directory')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Compare the pages below this directory with the library')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;frameworks' {
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the frameworks and how much of each the controls cover')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'List the requirements of a framework and the controls that serve them')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show where you stand: per requirement met, failing, could not be evaluated, not covered')
            break
        }
        'ciacm;frameworks;list' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;frameworks;show' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;frameworks;status' {
            [CompletionResult]::new('--scan', '--scan', [CompletionResultType]::ParameterName, 'The scan to take, by its id or the beginning of it')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Also list the requirements that no control covers')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;evidence' {
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write a signed evidence pack for an auditor')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Verify an evidence pack, and say what that proves and what not')
            break
        }
        'ciacm;evidence;export' {
            [CompletionResult]::new('--out', '--out', [CompletionResultType]::ParameterName, 'Where to write: a zip file if it ends in `.zip`, else a directory; it appears whole or not at all')
            [CompletionResult]::new('--framework', '--framework', [CompletionResultType]::ParameterName, 'Only this framework (repeatable, or separated by commas)')
            [CompletionResult]::new('--control', '--control', [CompletionResultType]::ParameterName, 'Only this control; `*` stands for any text (repeatable)')
            [CompletionResult]::new('--period', '--period', [CompletionResultType]::ParameterName, 'Of each account the newest finished scan of this period: dates or times, either may be left out')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'The first day or moment of the period')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'The last day or moment of the period')
            [CompletionResult]::new('--scan', '--scan', [CompletionResultType]::ParameterName, 'This scan, by its id, the beginning of it, or `latest`')
            [CompletionResult]::new('--previous', '--previous', [CompletionResultType]::ParameterName, 'Prove that the audit log goes on from this pack [default: from the last pack of this home]')
            [CompletionResult]::new('--tsa', '--tsa', [CompletionResultType]::ParameterName, 'Ask this time-stamping authority (RFC 3161); it receives hashes only')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'The file with the passphrase of the keys, instead of CIACM_PASSPHRASE or CIACM_PASSPHRASE_FILE')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to tell what was written')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('--tsa-required', '--tsa-required', [CompletionResultType]::ParameterName, 'Write no pack if the authority gives no time stamp')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;evidence;verify' {
            [CompletionResult]::new('--trusted-ca', '--trusted-ca', [CompletionResultType]::ParameterName, 'The root certificate of whoever should have signed, got by another way than the pack (repeatable)')
            [CompletionResult]::new('--tsa-ca', '--tsa-ca', [CompletionResultType]::ParameterName, 'The root certificate of the time-stamping authority (repeatable)')
            [CompletionResult]::new('--against', '--against', [CompletionResultType]::ParameterName, 'An older pack of the same organisation: nothing of its audit log may have been changed or taken out since')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;key' {
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the keys')
            [CompletionResult]::new('new', 'new', [CompletionResultType]::ParameterValue, 'Make a key for a named person or role, with a certificate of the organisation')
            [CompletionResult]::new('enroll', 'enroll', [CompletionResultType]::ParameterValue, 'Register a certificate, an SSH key, or an own key with its certificate')
            [CompletionResult]::new('rotate', 'rotate', [CompletionResultType]::ParameterValue, 'Replace the signing key, renew the revocation list, revoke a certificate')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Copy the certificates and the revocation list to a directory')
            break
        }
        'ciacm;key;list' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;key;new' {
            [CompletionResult]::new('--ca-key', '--ca-key', [CompletionResultType]::ParameterName, 'The organisation''s root key, if it was moved out of the home')
            [CompletionResult]::new('--ca-passphrase-file', '--ca-passphrase-file', [CompletionResultType]::ParameterName, 'The file with the root key''s passphrase, instead of CIACM_PASSPHRASE or CIACM_PASSPHRASE_FILE')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'The file with the passphrase of the new keys, instead of CIACM_PASSPHRASE or CIACM_PASSPHRASE_FILE')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('--no-passphrase', '--no-passphrase', [CompletionResultType]::ParameterName, 'Do not encrypt the new keys: whoever reads their files can sign')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;key;enroll' {
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'What the key is called in commands [default: the name in the certificate, the comment of the SSH key]')
            [CompletionResult]::new('--role', '--role', [CompletionResultType]::ParameterName, '`signer` signs for the organisation in place of the present key, `approver` approves plans [default: signer if the key can sign here, else approver]')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of the certificate: P-256 as PKCS #8, PEM or DER, encrypted or not')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'The file with the passphrase of the new keys, instead of CIACM_PASSPHRASE or CIACM_PASSPHRASE_FILE')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--external-signer', '--external-signer', [CompletionResultType]::ParameterName, 'A command that signs: it gets a SHA-256 digest (32 bytes) on stdin and writes the signature to stdout. Must come last: everything after it is the command')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('--no-passphrase', '--no-passphrase', [CompletionResultType]::ParameterName, 'Do not encrypt the new keys: whoever reads their files can sign')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;key;rotate' {
            [CompletionResult]::new('--revoke', '--revoke', [CompletionResultType]::ParameterName, 'Also revoke the certificate with this serial number')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why it is revoked: key-compromise, superseded, cessation-of-operation or affiliation-changed')
            [CompletionResult]::new('--ca-key', '--ca-key', [CompletionResultType]::ParameterName, 'The organisation''s root key, if it was moved out of the home')
            [CompletionResult]::new('--ca-passphrase-file', '--ca-passphrase-file', [CompletionResultType]::ParameterName, 'The file with the root key''s passphrase, instead of CIACM_PASSPHRASE or CIACM_PASSPHRASE_FILE')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'The file with the passphrase of the new keys, instead of CIACM_PASSPHRASE or CIACM_PASSPHRASE_FILE')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('--only-revocation-list', '--only-revocation-list', [CompletionResultType]::ParameterName, 'Keep the signing key: only renew the revocation list, and revoke what --revoke names')
            [CompletionResult]::new('--no-passphrase', '--no-passphrase', [CompletionResultType]::ParameterName, 'Do not encrypt the new keys: whoever reads their files can sign')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;key;export' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('--private', '--private', [CompletionResultType]::ParameterName, 'Also the signing key, encrypted as it is in the home')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;audit' {
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the entries of the audit log, the last 100 in a table, or export them byte for byte')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one entry, with the proof that it is in the log')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Recompute the whole log and compare it with every checkpoint; exit code 4 if it does not hold')
            [CompletionResult]::new('checkpoint', 'checkpoint', [CompletionResultType]::ParameterValue, 'Make a signed checkpoint of the log now')
            [CompletionResult]::new('anchor', 'anchor', [CompletionResultType]::ParameterValue, 'Copy the checkpoints to where who can write the home cannot')
            break
        }
        'ciacm;audit;list' {
            [CompletionResult]::new('--event', '--event', [CompletionResultType]::ParameterName, 'An event, or the first word of several: finding.opened, scan (repeatable)')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Entries of this date or time, or later')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Entries up to the end of this date, or before this time')
            [CompletionResult]::new('--account', '--account', [CompletionResultType]::ParameterName, 'An account (repeatable)')
            [CompletionResult]::new('--control', '--control', [CompletionResultType]::ParameterName, 'A control id (repeatable)')
            [CompletionResult]::new('--resource', '--resource', [CompletionResultType]::ParameterName, 'A text in the resource''s id (repeatable)')
            [CompletionResult]::new('--actor', '--actor', [CompletionResultType]::ParameterName, 'A user (repeatable)')
            [CompletionResult]::new('--text', '--text', [CompletionResultType]::ParameterName, 'A text anywhere in the entry')
            [CompletionResult]::new('--last', '--last', [CompletionResultType]::ParameterName, 'Only so many of them, the last ones [default: 100 in a table, otherwise all]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `table` for people; `json` and `jsonl` give the entries byte for byte, one a line')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--export', '--export', [CompletionResultType]::ParameterName, 'As `--format jsonl --output FILE`')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;audit;show' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;audit;verify' {
            [CompletionResult]::new('--against', '--against', [CompletionResultType]::ParameterName, 'A checkpoint that was kept elsewhere, or a directory of them (repeatable)')
            [CompletionResult]::new('--entries', '--entries', [CompletionResultType]::ParameterName, 'Verify this export (`audit list --export`) instead of the home''s log; needs no home')
            [CompletionResult]::new('--trusted-ca', '--trusted-ca', [CompletionResultType]::ParameterName, 'The root certificate that signatures must come from, got by another channel (repeatable) [default: the home''s]')
            [CompletionResult]::new('--tsa-ca', '--tsa-ca', [CompletionResultType]::ParameterName, 'The root certificate of a time-stamping authority that is believed (repeatable)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;audit;checkpoint' {
            [CompletionResult]::new('--tsa', '--tsa', [CompletionResultType]::ParameterName, 'Ask this time-stamping authority (RFC 3161) for a time stamp; it is sent a hash and nothing else')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'The file with the passphrase of the keys, instead of CIACM_PASSPHRASE or CIACM_PASSPHRASE_FILE')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('--tsa-required', '--tsa-required', [CompletionResultType]::ParameterName, 'Fail if there is no time stamp, instead of warning')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;audit;anchor' {
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'A directory, `git:DIR` for a commit in the git repository there, or `s3://BUCKET/PREFIX`')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;remediate' {
            [CompletionResult]::new('--control', '--control', [CompletionResultType]::ParameterName, 'Only findings of this control; `*` stands for any text (repeatable)')
            [CompletionResult]::new('--severity', '--severity', [CompletionResultType]::ParameterName, 'Only findings of this severity or a worse one')
            [CompletionResult]::new('--framework', '--framework', [CompletionResultType]::ParameterName, 'Only findings of controls that serve this framework, or one requirement of it')
            [CompletionResult]::new('--account', '--account', [CompletionResultType]::ParameterName, 'Only findings in this account (repeatable)')
            [CompletionResult]::new('--param', '--param', [CompletionResultType]::ParameterName, 'Set a parameter of a control [default: as in the scan]')
            [CompletionResult]::new('--protect', '--protect', [CompletionResultType]::ParameterName, 'Never touch resources whose id or name matches; `*` stands for any text (repeatable)')
            [CompletionResult]::new('--max-changes', '--max-changes', [CompletionResultType]::ParameterName, 'One run changes so many resources at most')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'A run stops after so many failures')
            [CompletionResult]::new('--expires', '--expires', [CompletionResultType]::ParameterName, 'How long the plan may be applied: 24h, 90m, 7d')
            [CompletionResult]::new('--out', '--out', [CompletionResultType]::ParameterName, 'Write the plan to this file, to be approved and applied')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the AWS configuration files; before credentials of the environment [env: AWS_PROFILE, after them]')
            [CompletionResult]::new('--role-arn', '--role-arn', [CompletionResultType]::ParameterName, 'The account of this role instead of your own (repeatable, one account each)')
            [CompletionResult]::new('--external-id', '--external-id', [CompletionResultType]::ParameterName, 'The external id that the roles'' trust policies ask for')
            [CompletionResult]::new('--session-name', '--session-name', [CompletionResultType]::ParameterName, 'The name of the role sessions, as CloudTrail will show it')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'One endpoint for every service: an emulator or a private endpoint')
            [CompletionResult]::new('--max-rate', '--max-rate', [CompletionResultType]::ParameterName, 'At most so many HTTP requests a second')
            [CompletionResult]::new('--max-attempts', '--max-attempts', [CompletionResultType]::ParameterName, 'At most so many attempts of one call')
            [CompletionResult]::new('--call-timeout', '--call-timeout', [CompletionResultType]::ParameterName, 'Give up an attempt of a call after so many seconds')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'At most so many calls at once')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be done, as `remediate plan`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('plan', 'plan', [CompletionResultType]::ParameterValue, 'Show what would be done, and write it down to be approved: nothing is changed')
            [CompletionResult]::new('approve', 'approve', [CompletionResultType]::ParameterValue, 'Approve a plan, or a rollback that needs it, with your key')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Apply an approved plan: each change is compared, written down, made once, verified')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show runs, and what became of their actions')
            [CompletionResult]::new('resume', 'resume', [CompletionResultType]::ParameterValue, 'Go on with a run that was interrupted, stopped, or waits after its canaries')
            break
        }
        'ciacm;remediate;plan' {
            [CompletionResult]::new('--control', '--control', [CompletionResultType]::ParameterName, 'Only findings of this control; `*` stands for any text (repeatable)')
            [CompletionResult]::new('--severity', '--severity', [CompletionResultType]::ParameterName, 'Only findings of this severity or a worse one')
            [CompletionResult]::new('--framework', '--framework', [CompletionResultType]::ParameterName, 'Only findings of controls that serve this framework, or one requirement of it')
            [CompletionResult]::new('--account', '--account', [CompletionResultType]::ParameterName, 'Only findings in this account (repeatable)')
            [CompletionResult]::new('--param', '--param', [CompletionResultType]::ParameterName, 'Set a parameter of a control [default: as in the scan]')
            [CompletionResult]::new('--protect', '--protect', [CompletionResultType]::ParameterName, 'Never touch resources whose id or name matches; `*` stands for any text (repeatable)')
            [CompletionResult]::new('--max-changes', '--max-changes', [CompletionResultType]::ParameterName, 'One run changes so many resources at most')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'A run stops after so many failures')
            [CompletionResult]::new('--expires', '--expires', [CompletionResultType]::ParameterName, 'How long the plan may be applied: 24h, 90m, 7d')
            [CompletionResult]::new('--out', '--out', [CompletionResultType]::ParameterName, 'Write the plan to this file, to be approved and applied')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the AWS configuration files; before credentials of the environment [env: AWS_PROFILE, after them]')
            [CompletionResult]::new('--role-arn', '--role-arn', [CompletionResultType]::ParameterName, 'The account of this role instead of your own (repeatable, one account each)')
            [CompletionResult]::new('--external-id', '--external-id', [CompletionResultType]::ParameterName, 'The external id that the roles'' trust policies ask for')
            [CompletionResult]::new('--session-name', '--session-name', [CompletionResultType]::ParameterName, 'The name of the role sessions, as CloudTrail will show it')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'One endpoint for every service: an emulator or a private endpoint')
            [CompletionResult]::new('--max-rate', '--max-rate', [CompletionResultType]::ParameterName, 'At most so many HTTP requests a second')
            [CompletionResult]::new('--max-attempts', '--max-attempts', [CompletionResultType]::ParameterName, 'At most so many attempts of one call')
            [CompletionResult]::new('--call-timeout', '--call-timeout', [CompletionResultType]::ParameterName, 'Give up an attempt of a call after so many seconds')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'At most so many calls at once')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;remediate;approve' {
            [CompletionResult]::new('--rollback', '--rollback', [CompletionResultType]::ParameterName, 'Approve the rollback of this run')
            [CompletionResult]::new('--action', '--action', [CompletionResultType]::ParameterName, 'Only of this action (repeatable) [default: all]')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'Approve with this key of the home [default: the organisation''s]')
            [CompletionResult]::new('--ssh-key', '--ssh-key', [CompletionResultType]::ParameterName, 'Approve with this SSH key, private, or public with the private one in ssh-agent or on a token')
            [CompletionResult]::new('--role', '--role', [CompletionResultType]::ParameterName, 'In what role you approve; it is signed with the rest')
            [CompletionResult]::new('--expires', '--expires', [CompletionResultType]::ParameterName, 'How long the approval counts, at most as long as the plan: 24h, 90m')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'The file with the passphrase of the keys, instead of CIACM_PASSPHRASE or CIACM_PASSPHRASE_FILE')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'The rollback with --force')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;remediate;apply' {
            [CompletionResult]::new('--max-changes', '--max-changes', [CompletionResultType]::ParameterName, 'Refuse a plan that changes more resources; the plan''s own limit holds too')
            [CompletionResult]::new('--max-failures', '--max-failures', [CompletionResultType]::ParameterName, 'Stop after so many failures; the plan''s own limit holds too')
            [CompletionResult]::new('--canary', '--canary', [CompletionResultType]::ParameterName, 'So many disruptive actions first; then wait for `ciacm remediate resume`')
            [CompletionResult]::new('--protect', '--protect', [CompletionResultType]::ParameterName, 'Never touch resources whose id or name matches; `*` stands for any text (repeatable)')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'At most so many seconds until a change shows [default: what the change may take]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the AWS configuration files; before credentials of the environment [env: AWS_PROFILE, after them]')
            [CompletionResult]::new('--role-arn', '--role-arn', [CompletionResultType]::ParameterName, 'The account of this role instead of your own (repeatable, one account each)')
            [CompletionResult]::new('--external-id', '--external-id', [CompletionResultType]::ParameterName, 'The external id that the roles'' trust policies ask for')
            [CompletionResult]::new('--session-name', '--session-name', [CompletionResultType]::ParameterName, 'The name of the role sessions, as CloudTrail will show it')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'One endpoint for every service: an emulator or a private endpoint')
            [CompletionResult]::new('--max-rate', '--max-rate', [CompletionResultType]::ParameterName, 'At most so many HTTP requests a second')
            [CompletionResult]::new('--max-attempts', '--max-attempts', [CompletionResultType]::ParameterName, 'At most so many attempts of one call')
            [CompletionResult]::new('--call-timeout', '--call-timeout', [CompletionResultType]::ParameterName, 'Give up an attempt of a call after so many seconds')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'At most so many calls at once')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;remediate;status' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;remediate;resume' {
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'At most so many seconds until a change shows [default: what the change may take]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the AWS configuration files; before credentials of the environment [env: AWS_PROFILE, after them]')
            [CompletionResult]::new('--role-arn', '--role-arn', [CompletionResultType]::ParameterName, 'The account of this role instead of your own (repeatable, one account each)')
            [CompletionResult]::new('--external-id', '--external-id', [CompletionResultType]::ParameterName, 'The external id that the roles'' trust policies ask for')
            [CompletionResult]::new('--session-name', '--session-name', [CompletionResultType]::ParameterName, 'The name of the role sessions, as CloudTrail will show it')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'One endpoint for every service: an emulator or a private endpoint')
            [CompletionResult]::new('--max-rate', '--max-rate', [CompletionResultType]::ParameterName, 'At most so many HTTP requests a second')
            [CompletionResult]::new('--max-attempts', '--max-attempts', [CompletionResultType]::ParameterName, 'At most so many attempts of one call')
            [CompletionResult]::new('--call-timeout', '--call-timeout', [CompletionResultType]::ParameterName, 'Give up an attempt of a call after so many seconds')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'At most so many calls at once')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;rollback' {
            [CompletionResult]::new('--action', '--action', [CompletionResultType]::ParameterName, 'Only this action (repeatable) [default: all, the last first]')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'At most so many seconds until a change shows [default: what the change may take]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile of the AWS configuration files; before credentials of the environment [env: AWS_PROFILE, after them]')
            [CompletionResult]::new('--role-arn', '--role-arn', [CompletionResultType]::ParameterName, 'The account of this role instead of your own (repeatable, one account each)')
            [CompletionResult]::new('--external-id', '--external-id', [CompletionResultType]::ParameterName, 'The external id that the roles'' trust policies ask for')
            [CompletionResult]::new('--session-name', '--session-name', [CompletionResultType]::ParameterName, 'The name of the role sessions, as CloudTrail will show it')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'One endpoint for every service: an emulator or a private endpoint')
            [CompletionResult]::new('--max-rate', '--max-rate', [CompletionResultType]::ParameterName, 'At most so many HTTP requests a second')
            [CompletionResult]::new('--max-attempts', '--max-attempts', [CompletionResultType]::ParameterName, 'At most so many attempts of one call')
            [CompletionResult]::new('--call-timeout', '--call-timeout', [CompletionResultType]::ParameterName, 'Give up an attempt of a call after so many seconds')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'At most so many calls at once')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file instead of stdout; it appears whole or not at all')
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Keep what somebody else changed since, and never ask again')
            [CompletionResult]::new('--only-ours', '--only-ours', [CompletionResultType]::ParameterName, 'Where somebody else changed the resource since, undo only what is still as the run left it')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Undo even what somebody else changed since; takes an approval')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;completions' {
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'ciacm;man' {
            [CompletionResult]::new('--home', '--home', [CompletionResultType]::ParameterName, 'Where findings are kept [default: the platform''s data directory]')
            [CompletionResult]::new('--controls', '--controls', [CompletionResultType]::ParameterName, 'Also load the controls of this directory (repeatable); the same id replaces a shipped control')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
