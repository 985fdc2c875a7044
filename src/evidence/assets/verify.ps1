# Verifies an unpacked evidence pack with PowerShell 7: pwsh verify/verify.ps1 [-TrustedCa ca.crt]
# This script was not tested on Windows by those who wrote it; README.md has the other ways.
param([string]$TrustedCa = "")
$ErrorActionPreference = "Stop"
$pack = (Resolve-Path (Join-Path $PSScriptRoot "..")).Path
$script:failed = 0
function Check([bool]$good, [string]$what) {
    if ($good) { "ok      $what" } else { "FAILED  $what"; $script:failed++ }
}
$sums = @{}
foreach ($line in [IO.File]::ReadAllLines((Join-Path $pack "SHA256SUMS"))) {
    $sums[$line.Substring(66)] = $line.Substring(0, 64)
}
$unlisted = "SHA256SUMS", "SHA256SUMS.p7s", "SHA256SUMS.tst"
$there = Get-ChildItem -LiteralPath $pack -Recurse -File -Force | ForEach-Object {
    $_.FullName.Substring($pack.Length + 1).Replace("\", "/")
} | Where-Object { $unlisted -cnotcontains $_ }
Check (@($sums.Keys | Where-Object { $there -cnotcontains $_ }).Count -eq 0) "no file of SHA256SUMS is missing"
Check (@($there | Where-Object { $sums.Keys -cnotcontains $_ }).Count -eq 0) "no file is there that SHA256SUMS does not list"
$changed = @($there | Where-Object { $sums[$_] -and $sums[$_] -ne (Get-FileHash -LiteralPath (Join-Path $pack $_) -Algorithm SHA256).Hash })
Check ($changed.Count -eq 0) "every file has its SHA-256 $changed"
$content = [Security.Cryptography.Pkcs.ContentInfo]::new([IO.File]::ReadAllBytes((Join-Path $pack "SHA256SUMS")))
$cms = [Security.Cryptography.Pkcs.SignedCms]::new($content, $true)
$cms.Decode([IO.File]::ReadAllBytes((Join-Path $pack "SHA256SUMS.p7s")))
try { $cms.CheckSignature($true); Check $true "SHA256SUMS is signed" } catch { Check $false "SHA256SUMS is signed: $_" }
$ca = if ($TrustedCa) { $TrustedCa } else { Join-Path $pack "keys/ca.crt" }
$root = [Security.Cryptography.X509Certificates.X509Certificate2]::new((Resolve-Path $ca).Path)
$chain = [Security.Cryptography.X509Certificates.X509Chain]::new()
$chain.ChainPolicy.TrustMode = "CustomRootTrust"
$chain.ChainPolicy.RevocationMode = "NoCheck"
[void]$chain.ChainPolicy.CustomTrustStore.Add($root)
$chain.ChainPolicy.ExtraStore.AddRange($cms.Certificates)
Check ($chain.Build($cms.SignerInfos[0].Certificate)) "by a certificate of $($root.Subject)"
"        SHA-256 of that root: $($root.GetCertHashString('SHA256'))"
"NOT checked here: the audit log, its proofs, the signature of the report, and revocation. python verify/verify.py does the first two."
exit $script:failed
