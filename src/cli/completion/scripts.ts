/** Shell scripts that ask the program itself what may come next: `PROGRAM __complete -- words…`. */
export type Shell = 'bash' | 'zsh' | 'fish';
export const shells: readonly Shell[] = ['bash', 'zsh', 'fish'];

const bash = (
  program: string,
): string => `# bash completion for ${program}: source <(${program} completion bash)
_${program}_complete() {
  local line word files="" cur="\${COMP_WORDS[COMP_CWORD]}"
  local words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  if declare -F _get_comp_words_by_ref >/dev/null; then
    local prev cword
    _get_comp_words_by_ref -n =: cur prev words cword
    words=("\${words[@]:1:cword}")
  fi
  COMPREPLY=()
  while IFS= read -r line; do
    case "$line" in
      ":files") files=f ;;
      ":directories") files=d ;;
      *) word="\${line%%$'\\t'*}"; COMPREPLY+=("$word") ;;
    esac
  done < <("\${COMP_WORDS[0]}" __complete -- "\${words[@]}" 2>/dev/null)
  case "$files" in
    f) compopt -o default 2>/dev/null; COMPREPLY=() ;;
    d) compopt -o dirnames 2>/dev/null; COMPREPLY=() ;;
  esac
  if declare -F __ltrim_colon_completions >/dev/null; then __ltrim_colon_completions "$cur"; fi
}
complete -F _${program}_complete ${program}
`;

const zsh = (program: string): string => `#compdef ${program}
# zsh completion for ${program}: source <(${program} completion zsh)
_${program}() {
  local line files="" word text
  local -a found
  while IFS= read -r line; do
    case "$line" in
      ":files") files=f ;;
      ":directories") files=d ;;
      *)
        word="\${line%%$'\\t'*}"
        text="\${line#"$word"}"
        found+=("\${word//:/\\\\:}\${text/$'\\t'/:}")
        ;;
    esac
  done < <("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  case "$files" in
    f) _files ;;
    d) _files -/ ;;
    *) _describe '${program}' found ;;
  esac
}
if [[ "$funcstack[1]" = "_${program}" ]]; then _${program}; else compdef _${program} ${program}; fi
`;

const fish = (
  program: string,
): string => `# fish completion for ${program}: ${program} completion fish | source
function __${program}_complete
  set -l words (commandline -opc) (commandline -ct)
  for line in ($words[1] __complete -- $words[2..-1] 2>/dev/null)
    switch $line
      case ':files'
        __fish_complete_path (commandline -ct)
      case ':directories'
        __fish_complete_directories (commandline -ct)
      case '*'
        printf '%s\\n' $line
    end
  end
end
complete -c ${program} -f -a '(__${program}_complete)'
`;

const makers: Readonly<Record<Shell, (program: string) => string>> = { bash, zsh, fish };

export const completionScript = (shell: Shell, program: string): string => makers[shell](program);
