import type { Vocabulary } from './vocabulary.ts';

/** Portuguese of Portugal and Brazil. */
export const pt: Vocabulary = {
  stopWords: `
    à a ainda algo alguém algum alguma algumas alguns antes ao aos apenas aquela aquelas aquele aqueles aqui aquilo as às assim até cada cerca com como
    contra da das de dela delas dele deles depois desde dessa desse desta deste disso disto do dos dois duas durante e é ela elas ele eles em embora
    enquanto então entre era eram és essa essas esse esses está estamos estão estar estas este estes estou eu foi fora foram há isso isto já la lhe lhes lo
    mais mas me mesmo meu meus mim minha minhas muita muito na nas nem no nos nós nossa nossas nosso nossos num numa não o onde os ou outra outras
    outro outros para pela pelas pelo pelos per perante pois por porém porque porquê pouco própria próprio qual quais quando quanto quanta quantas quantos
    que quê quem se seja sejam sem sempre ser será seu seus sido sob sobre somos sou sua suas são só tal também tão te tem têm temos tenho ter teu teus teve
    tinha todas todo todos tu tua tuas tudo um uma umas uns vós você vocês vosso`,
  filler: `
    agora agradeço ajuda ajudar ajudem ajudarem atenciosamente aparece bem boa boas bom caro cara certo coisa coisas consegue conseguem consigo
    conseguir conseguimos cumprimentos dá dar deve devem devo dia dizer dúvida dúvidas entendo existe explicar faço façam faz fazem fazer favor fica
    ficar forma funciona funcionam funcionar gente gostaria gostava gostaríamos hoje igual infelizmente ir jeito maneira
    melhor momento nada necessito ninguém noite nunca obrigada obrigado oi ok olá pergunta perguntas pessoa pessoas pode podem podemos poder poderia
    poderiam podia posso possível precisa precisamos preciso pretendo problema problemas queremos querer queria quer quero realmente rápido
    sabe saber sabem saudações senhor senhora sei tarde tentar tentei tento tentando usar utilizar vai vamos ver vez vezes vou`,
  asking:
    /\bquant[oa]s? (?:tempo|custa|custam|dias|vezes|meses|demora|leva|dura)\b|\bpor que\b|\bo que e\b|\ba que horas\b|\bdesde quando\b|\bate quando\b|\bde que forma\b/g,
  telling: `acessar aceder adicionar alterar apagar aparelho aplicativo arquivo assinatura ativar atraso atualizar
    baixar bloqueada bloqueado boleto cancelar cancelamento cadastro carregar cartão celular chegou cliente clientes
    cobrado cobrança código comprar compra conta contas correio custa custo dados descarregar desconto devolução
    devolver dinheiro endereço empresa encomenda encomendas entrar entrega enviar envio erro errado esqueci etiqueta
    etiquetas excluir fatura faturas faturação ficheiro frete garantia gratuito grátis impressora imprimir iniciar
    língua loja mensagem mês meses mensal morada mudar nome nova novo número pacote pagamento pagamentos pagar página
    palavra passe pedido pedidos perdi perdido plano prazo preço preços produto produtos receber recebi recuperar
    redefinir reembolso remover renovar semana senha senhas sessão telefone telemóvel trocar usuário usuários
    utilizador utilizadores vender alfândega fim suporte`,
};
